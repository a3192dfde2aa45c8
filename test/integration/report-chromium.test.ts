import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as fc from 'fast-check'
import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/model/report.ts'
import type { Language } from '../../src/model/text.ts'
import { languages } from '../../src/model/text.ts'
import { renderHtml } from '../../src/report/render-html.ts'
import { renderRunHtml } from '../../src/report/render-run-report.ts'
import { buildReport } from '../../src/report/report-model.ts'
import { hostileTexts, randomAssessment } from '../report/random-assessment.ts'
import { htmlAssets, runAssets, sampleReport } from '../support/sample-reports.ts'
import { sampleEvents, sampleRunReport } from '../support/sample-run.ts'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let browser: Browser
const folder = mkdtempSync(join(tmpdir(), 'osferry-report-'))

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })
})

afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

describe('the HTML report in a browser', () => {
  it('runs nothing, asks nothing and loads nothing, whatever hosts call themselves', async () => {
    const assessments = fc
      .sample(randomAssessment, { numRuns: 40, seed: 42 })
      .filter(({ hosts }) => hosts.length > 0)
    for (const [index, assessment] of assessments.slice(0, 6).entries()) {
      for (const [number, host] of assessment.hosts.entries()) {
        host.host.address = hostileTexts[(index * 5 + number) % hostileTexts.length] ?? ''
      }
      const report = buildReport(assessment, { now: '2026-11-20T09:31:00.000Z' })
      const seen = await openReport(report, 'en')
      expect(seen).toMatchObject({ scripts: 0, handlers: 0, dialogs: 0, requests: 1, complaints: [] })
      expect(seen.hosts).toBe(report.hosts.length)
    }
  })

  it.each(languages)('shows the sample in %s with its style, and fits a phone', async (language) => {
    const seen = await openReport(sampleReport(), language)
    expect(seen).toMatchObject({ scripts: 0, handlers: 0, dialogs: 0, requests: 1, complaints: [] })
    expect(seen.overflow).toBe(0)
    expect(seen.hiddenAnswers).toEqual([])
    expect(seen.styled).toBe(true)
    expect(seen.lang).toBe(language)
  })

  it.each(languages)(
    'shows the report of a run in %s, whatever nodes and programs have said',
    async (language) => {
      const hostile = sampleEvents((body) =>
        'failure' in body
          ? { ...body, failure: { ...body.failure, message: hostileTexts.join(' ') } }
          : body.type === 'gate'
            ? { ...body, gate: hostileTexts[0], message: hostileTexts[3] }
            : body,
      )
      for (const report of [sampleRunReport(), sampleRunReport(hostile)]) {
        const seen = await openPage(renderRunHtml(report, { language, assets: runAssets() }))
        expect(seen).toMatchObject({ scripts: 0, handlers: 0, dialogs: 0, requests: 1, complaints: [] })
        expect([seen.overflow, seen.styled, seen.lang]).toEqual([0, true, language])
      }
    },
  )

  it('refuses a script, a style and an image that somebody adds to the page', async () => {
    let hits = 0
    const server = createServer((_, response) => {
      hits += 1
      response.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const [html = ''] = renderHtml(sampleReport(), { language: 'en', assets: htmlAssets() })
    const image = `<img src="http://127.0.0.1:${port}/x">`
    const added = `<script>document.title="ran"</script><style>body{color:red}</style>${image}`
    const seen = await openPage(html.replace('</body>', `${added}</body>`))
    server.close()
    expect(seen.title).not.toBe('ran')
    expect(seen.complaints.length).toBeGreaterThanOrEqual(3)
    expect(hits).toBe(0)
  })
})

interface Seen {
  scripts: number
  handlers: number
  dialogs: number
  requests: number
  /** Violations of the policy and errors, as the browser words them. */
  complaints: string[]
  hosts: number
  overflow: number
  /** Verdicts and names of the tables of targets, hosts and unreached hosts that are not in sight without scrolling aside. */
  hiddenAnswers: string[]
  styled: boolean
  lang: string
  title: string
}

async function openReport(report: Report, language: Language): Promise<Seen> {
  return openPage([...renderHtml(report, { language, assets: htmlAssets() })].join(''))
}

async function openPage(html: string): Promise<Seen> {
  const file = join(folder, 'report.html')
  writeFileSync(file, html)
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  let dialogs = 0
  let requests = 0
  const complaints: string[] = []
  page.on('dialog', (dialog) => {
    dialogs += 1
    void dialog.dismiss()
  })
  page.on('request', () => (requests += 1))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(pathToFileURL(file).href)
  const inside = await page.evaluate<Omit<Seen, 'dialogs' | 'requests' | 'complaints'>>(inspectPage)
  await page.close()
  return { ...inside, dialogs, requests, complaints }
}

/** Runs in the page, as text: the tools' own world is not under the page's policy. */
const inspectPage = `(() => {
  for (const details of document.querySelectorAll('details')) details.open = true
  const all = [...document.querySelectorAll('*')]
  return {
    scripts: document.scripts.length,
    handlers: all.filter((one) => one.getAttributeNames().some((name) => name.startsWith('on'))).length,
    hosts: document.querySelectorAll('details.sheet').length,
    overflow: document.documentElement.scrollWidth - innerWidth,
    hiddenAnswers: [...document.querySelectorAll('.matrix [data-label], .hosts [data-label], .hosts th, .unreached td')]
      .filter((one) => one.closest('thead') === null)
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, { left, right, width }]) => width === 0 || left < 0 || right > innerWidth)
      .map(([one]) => one.textContent),
    styled: getComputedStyle(document.querySelector('.hero')).borderTopWidth === '4px',
    lang: document.documentElement.lang,
    title: document.title,
  }
})()`
