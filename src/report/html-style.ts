import { Eta } from 'eta/core'
import { visibleBlock } from '../model/visible-text.ts'

/** The style of a page, read by the caller: this folder touches no files. */
export interface HtmlStyle {
  /** report.css */
  css: string
  /** sha256 of `css` in base64, for the Content-Security-Policy. */
  cssSha256: string
}

/** Templates in which all that is put in is escaped, and what a reader could not see is made visible. */
export function htmlTemplates(): Eta {
  return new Eta({
    autoEscape: true,
    autoFilter: true,
    filterFunction: (value) => visibleBlock(String(value)),
  })
}

/** What the head of a page takes: the style, and the policy that lets in nothing else. */
export function htmlHead({ css, cssSha256 }: HtmlStyle): { css: string; csp: string } {
  return {
    css,
    csp: `default-src 'none'; style-src 'sha256-${cssSha256}'; base-uri 'none'; form-action 'none'`,
  }
}
