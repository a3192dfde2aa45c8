import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { copyWithLibraries } from './base-root.ts'
import { built } from './layers.ts'

/** Python and a writable-looking /tmp for ansible's modules; only the benchmark lays it over a host. */
export function pythonLayer(): string {
  const version = execFileSync(
    '/usr/bin/python3',
    ['-c', 'import sys; print("python%d.%d" % sys.version_info[:2])'],
    { encoding: 'utf8' },
  ).trim()
  return built('fleet-python', Buffer.from(version), (directory) => {
    const tree = `/usr/lib/${version}`
    fs.cpSync(tree, path.join(directory, tree), {
      recursive: true,
      dereference: true,
      filter: (file) => !/__pycache__|\/test\//.test(file),
    })
    const modules = fs.readdirSync(`${tree}/lib-dynload`).map((file) => `${tree}/lib-dynload/${file}`)
    copyWithLibraries(directory, [`/usr/bin/${version}`], modules)
    fs.symlinkSync(version, path.join(directory, 'usr/bin/python3'))
  })
}
