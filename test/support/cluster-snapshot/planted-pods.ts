import { canaryText } from '../canaries.ts'

/** Text that must never come out of a snapshot. */
export function canary(where: string): string {
  return `CANARY-${where}`
}

/** Annotations with a secret: kubectl's copy of a manifest, a key that says so, and every form that people write. */
export const canaryAnnotations: Readonly<Record<string, string>> = {
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
    spec: { containers: [{ env: [{ name: 'A', value: canary('last-applied') }] }] },
  }),
  'example.com/db-password': `${canary('annotation')} of two words`,
  'example.com/settings': canaryText('/etc/app.conf'),
}

/** A pod specification with volumes of several kinds, and secrets in all places that are never read. */
export function podSpec(app: string, more: object = {}): Record<string, unknown> {
  return {
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'main',
        image: `registry.example.com/${app}:1`,
        command: ['/bin/run', canary('command')],
        args: [`--token=${canary('arg')}`],
        env: [
          { name: 'TOKEN', value: canary('env') },
          { name: 'LOGIN', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
        ],
        livenessProbe: {
          httpGet: { path: '/', port: 80, httpHeaders: [{ name: 'Authorization', value: canary('probe') }] },
        },
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      },
    ],
    volumes: [
      { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'host', hostPath: { path: '/var/lib/app', type: 'DirectoryOrCreate' } },
      { name: 'login', secret: { secretName: 'login' } },
      { name: 'settings', configMap: { name: 'settings' } },
      {
        name: 'all',
        projected: { sources: [{ secret: { name: 'login' } }, { configMap: { name: 'settings' } }] },
      },
    ],
    ...more,
  }
}

/** The pod template of a workload. */
export function template(app: string, more: object = {}): object {
  return {
    metadata: { labels: { app }, annotations: { 'example.com/api-token': canary('template-annotation') } },
    spec: podSpec(app, more),
  }
}
