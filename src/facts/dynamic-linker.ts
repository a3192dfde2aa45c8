import { defineCollector } from '../model/collector.ts'
import { readable } from './readable.ts'
import { withoutCredentials } from './url.ts'

const files = ['/etc/ld.so.conf', '/etc/ld.so.conf.d/*.conf', '/etc/ld.so.preload'] as const

/** Library directories outside of /usr/lib and /usr/lib64, preloaded libraries, and a global LD_LIBRARY_PATH. */
export const dynamicLinker = defineCollector({
  fact: 'dynamicLinker',
  set: 'full',
  command:
    'cat /etc/ld.so.conf.d/*.conf /etc/ld.so.preload; grep LD_LIBRARY_PATH /etc/environment /etc/profile.d/*',
  script: `grep -HsE '^[[:space:]]*(export[[:space:]]+)?LD_(LIBRARY_PATH|PRELOAD)=' /etc/environment /etc/profile.d/*.sh
exit 0
`,
  files,
  parse(input) {
    const { texts, note } = readable(input, files)
    const configured = [...texts].flatMap(([file, text]) =>
      file === '/etc/ld.so.preload' ? [] : libraryDirectories(text).map((path) => ({ file, path })),
    )
    const variables = input.stdout.split('\n').flatMap(parseVariable)
    return note({
      directories: [
        ...configured,
        ...variables.flatMap(({ file, name, values }) =>
          name === 'LD_LIBRARY_PATH' ? values.map((path) => ({ file, path })) : [],
        ),
      ],
      preload: [
        ...words(texts.get('/etc/ld.so.preload') ?? ''),
        ...variables.flatMap(({ name, values }) => (name === 'LD_PRELOAD' ? values : [])),
      ],
    })
  },
})

/** Packages of the distribution keep to /usr/lib and /usr/lib64 (FHS): what lies elsewhere was added. */
function libraryDirectories(text: string): string[] {
  return words(text).filter((path) => path.startsWith('/') && !/^\/(?:usr\/)?lib(?:64)?(?:\/|$)/.test(path))
}

function words(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(?:include|hwcap)\s/.test(line))
    .flatMap((line) => line.replace(/#.*$/, '').split(/[\s:,]+/))
    .filter((word) => word.startsWith('/'))
}

function parseVariable(line: string): { file: string; name: string; values: string[] }[] {
  const [, file, name, value] = /^(\/[^:]+):\s*(?:export\s+)?(LD_\w+)=(.*)$/.exec(line) ?? []
  if (file === undefined || name === undefined || value === undefined) return []
  const values = withoutCredentials(value)
    .replaceAll(/["']/g, '')
    .split(/[:\s]+/)
  return [{ file, name, values: values.filter((path) => path.startsWith('/')) }]
}
