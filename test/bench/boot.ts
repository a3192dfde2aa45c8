/**
 * 200 machines that fetch one file at the same time: `osferry boot serve` beside nginx (Debian: nginx) with the same file, over HTTP
 * and over HTTPS, in turns. Throughput as a ratio of the same run; of the server how far its memory grows.
 *
 *   node test/bench/boot.ts [MiB] [machines] [rounds]        16, 200 and 3 when left out; needs the built CLI and curl
 */
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { startBootProgram } from '../support/boot-program.ts'
import { printTable } from './measure.ts'

const [mebibytes = 16, machines = 200, rounds = 3] = process.argv.slice(2).map(Number)
const nginx = [process.env['PEER'] ?? '/usr/sbin/nginx'].find((file) => existsSync(file))
if (nginx === undefined)
  throw new Error('nginx is not installed: apt-get install nginx, or name it: PEER=FILE')

const root = mkdtempSync(join(tmpdir(), 'osferry-bench-boot-'))
const file = join(root, 'rootfs.img')
execFileSync('dd', ['if=/dev/urandom', `of=${file}`, 'bs=1M', `count=${mebibytes}`, 'status=none'])
const digest = await sha256(file)
const ports = { http: await freePort(), https: await freePort() }
const peer = startNginx(nginx)
try {
  const own = await startBootProgram(['--artifact', `rootfs.img=${digest}`, '--per-address', '500'], root)
  const [https = '', http = ''] = own.urls
  const rows = [['over', 'round', 'osferry MiB/s', 'nginx MiB/s', 'ratio', 'osferry RSS MiB, from, at most']]
  for (const [over, base, theirs] of [
    ['HTTP', http, `http://127.0.0.1:${ports.http}`],
    ['HTTPS', https, `https://127.0.0.1:${ports.https}`],
  ] as const)
    for (let round = 1; round <= rounds; round += 1) {
      const from = memory(own.child.pid, 'VmRSS')
      const ours = fetchAll(`${base}/artifacts/rootfs.img`)
      const most = memory(own.child.pid, 'VmHWM')
      const others = fetchAll(`${theirs}/rootfs.img`)
      const figures = [ours.toFixed(0), others.toFixed(0), (ours / others).toFixed(2)]
      rows.push([over, String(round), ...figures, `${from.toFixed(0)}, ${most.toFixed(0)}`])
    }
  printTable(rows)
  await own.end()
} finally {
  peer.kill('SIGTERM')
  rmSync(root, { recursive: true, force: true })
}

/** All machines at once, by one client; MiB/s. */
function fetchAll(url: string): number {
  const each = ['-o', '/dev/null', url]
  const words = Array.from({ length: machines }, () => each).flat()
  const started = performance.now()
  execFileSync(
    'curl',
    ['-sSfk', '-Z', '--parallel-immediate', '--parallel-max', String(machines), ...words],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  return (mebibytes * machines) / ((performance.now() - started) / 1000)
}

function memory(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024
}

function startNginx(program: string): ReturnType<typeof spawn> {
  const [key, certificate] = [join(root, 'key.pem'), join(root, 'certificate.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const subject = ['-subj', '/CN=127.0.0.1', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  })
  const text = `
user root; daemon off; worker_processes auto; pid ${root}/nginx.pid; error_log ${root}/error.log;
events { worker_connections 2048; }
http {
  access_log ${root}/access.log; sendfile on; tcp_nopush on;
  client_body_temp_path ${root}/body; proxy_temp_path ${root}/proxy; fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi; scgi_temp_path ${root}/scgi;
  server { listen 127.0.0.1:${ports.http}; root ${root}; }
  server { listen 127.0.0.1:${ports.https} ssl; root ${root}; ssl_certificate ${certificate}; ssl_certificate_key ${key}; }
}
`
  const settings = join(root, 'nginx.conf')
  writeFileSync(settings, text)
  return spawn(program, ['-p', root, '-c', settings], { stdio: ['ignore', 'inherit', 'inherit'] })
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  while (!server.listening) await wait(10)
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
