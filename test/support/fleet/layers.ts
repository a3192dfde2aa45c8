import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buildBaseRoot } from './base-root.ts'
import { setModes } from './modes.ts'
import type { Personality } from './personality.ts'
import { writeRpm } from './rpm-package.ts'

/** Where slow things are kept between runs; keyed by the content that made them. */
const cacheDirectory = path.join(os.homedir(), '.cache', 'osferry-test')

/** The lowest layer, built once for this version of its own source. */
export function baseLayer(): string {
  const sources = ['base-root.ts', 'modes.ts'].map((name) => fs.readFileSync(new URL(name, import.meta.url)))
  return built('fleet-base', Buffer.concat(sources), (directory) => {
    buildBaseRoot(directory)
    setModes(directory)
  })
}

/** The layer of one personality: files, links, commands and a real rpm database, built once for its content. */
export function personalityLayer(personality: Personality): string {
  const own = ['layers.ts', 'rpm-package.ts', 'modes.ts'].map((name) =>
    fs.readFileSync(new URL(name, import.meta.url), 'utf8'),
  )
  const key = Buffer.from(JSON.stringify([own, personality]))
  return built(`fleet-${personality.name}`, key, (directory) => writePersonality(directory, personality))
}

export function built(name: string, key: Uint8Array, build: (directory: string) => void): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16)
  const directory = path.join(cacheDirectory, `${name}-${digest}`)
  if (fs.existsSync(directory)) return directory
  fs.mkdirSync(cacheDirectory, { recursive: true })
  const draft = fs.mkdtempSync(path.join(cacheDirectory, `.${name}-`))
  fs.chmodSync(draft, 0o755)
  build(draft)
  try {
    fs.renameSync(draft, directory)
  } catch (error) {
    // Another run built the same layer in the meantime.
    if (!fs.existsSync(directory)) throw error
    fs.rmSync(draft, { recursive: true, force: true })
  }
  return directory
}

function writePersonality(directory: string, personality: Personality): void {
  for (const [name, content] of Object.entries(personality.files)) writeInside(directory, name, content)
  for (const [name, target] of Object.entries(personality.links)) {
    const file = path.join(directory, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.symlinkSync(target, file)
  }
  for (const [name, body] of Object.entries(personality.commands)) {
    const file = writeInside(directory, name.includes('/') ? name : `usr/bin/${name}`, `#!/bin/sh\n${body}\n`)
    fs.chmodSync(file, 0o755)
  }
  for (const name of personality.directories) fs.mkdirSync(path.join(directory, name), { recursive: true })
  for (const [name, major, minor] of personality.deviceNodes) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true })
    execFileSync('mknod', [path.join(directory, name), 'c', String(major), String(minor)])
  }
  for (const [name, subject, days] of personality.certificates)
    writeCertificate(path.join(directory, name), subject, days)
  for (const name of personality.sockets) leaveSocket(path.join(directory, name))
  installPackages(directory, personality)
  setModes(directory)
}

function writeCertificate(file: string, subject: string, days: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const place = ['-keyout', '/dev/null', '-subj', subject, '-days', String(days), '-out', file]
  execFileSync('openssl', [...request, ...place], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** A socket file stays behind when its listener is killed. */
function leaveSocket(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const program =
    "require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))"
  spawnSync(process.execPath, ['-e', program, path.basename(file)], { cwd: path.dirname(file) })
}

function writeInside(directory: string, name: string, content: string): string {
  const file = path.join(directory, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, content, { mode: /shadow|private|\.key$/.test(name) ? 0o600 : 0o644 })
  return file
}

function installPackages(directory: string, personality: Personality): void {
  const shop = fs.mkdtempSync(path.join(os.tmpdir(), 'osferry-rpms-'))
  const files = personality.packages.map((pkg, index) => {
    const file = path.join(shop, `${String(index).padStart(4, '0')}.rpm`)
    fs.writeFileSync(file, writeRpm(pkg))
    return file
  })
  const flags = [
    '--justdb',
    '--nosignature',
    '--nodigest',
    '--nodeps',
    '--noscripts',
    '--notriggers',
    '--ignorearch',
    '--ignoreos',
    '--force',
  ]
  execFileSync('rpm', ['--dbpath', path.join(directory, 'var/lib/rpm'), '-i', ...flags, ...files], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  fs.rmSync(shop, { recursive: true, force: true })
}
