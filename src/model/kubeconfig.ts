import { z } from 'zod'

const Word = z.string().min(1).max(253)
const FilePath = z.string().min(1).max(4096)
/** Base64 of a PEM file. */
const Data = z.string().max(1 << 20)

const Cluster = z.looseObject({
  server: z.url({ protocol: /^https?$/, error: 'expected an https URL' }).max(2048),
  'certificate-authority': FilePath.nullish(),
  'certificate-authority-data': Data.nullish(),
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'tls-server-name': Word.nullish(),
  'proxy-url': z.url().max(2048).nullish(),
})

/** A program that prints credentials: client.authentication.k8s.io, v1 or v1beta1. */
export const ExecCredentialPlugin = z.looseObject({
  apiVersion: z.enum(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']),
  command: FilePath,
  args: z.array(z.string().max(8192)).max(256).nullish(),
  env: z
    .array(z.looseObject({ name: Word, value: z.string().max(32_768) }))
    .max(256)
    .nullish(),
  installHint: z.string().max(4096).nullish(),
  provideClusterInfo: z.boolean().nullish(),
})
export type ExecCredentialPlugin = z.infer<typeof ExecCredentialPlugin>

const User = z.looseObject({
  'client-certificate': FilePath.nullish(),
  'client-certificate-data': Data.nullish(),
  'client-key': FilePath.nullish(),
  'client-key-data': Data.nullish(),
  token: z.string().max(65_536).nullish(),
  tokenFile: FilePath.nullish(),
  username: z.string().max(1024).nullish(),
  password: z.string().max(4096).nullish(),
  as: z.string().max(1024).nullish(),
  'as-uid': z.string().max(1024).nullish(),
  'as-groups': z.array(z.string().max(1024)).max(64).nullish(),
  exec: ExecCredentialPlugin.nullish(),
  /** Older login helpers (`oidc` and those of clouds): handed to the client library as they are. */
  'auth-provider': z
    .looseObject({ name: Word, config: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
})

/**
 * A kubeconfig file, the parts that decide a connection. Unknown keys are left alone: other tools put theirs there.
 * Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export const Kubeconfig = z.looseObject({
  'current-context': z.string().max(1024).nullish(),
  clusters: z
    .array(z.looseObject({ name: z.string(), cluster: Cluster }))
    .max(10_000)
    .nullish(),
  contexts: z
    .array(
      z.looseObject({
        name: z.string(),
        context: z.looseObject({ cluster: z.string(), user: z.string().nullish() }),
      }),
    )
    .max(10_000)
    .nullish(),
  users: z
    .array(z.looseObject({ name: z.string(), user: User.nullish() }))
    .max(10_000)
    .nullish(),
})
export type Kubeconfig = z.infer<typeof Kubeconfig>

/** Where a PEM file is: by path, or in the kubeconfig itself (base64). */
export type PemSource = { file: string } | { data: string }

/** One context of a kubeconfig, resolved: paths are absolute. Holds secrets: never logged, never printed. */
export interface ClusterLogin {
  context: string
  cluster: string
  /** Without a slash at its end. */
  server: string
  ca: PemSource | undefined
  /** The server's certificate is not checked: only where the kubeconfig says so. */
  insecure: boolean
  serverName: string | undefined
  proxyUrl: string | undefined
  user: {
    name: string
    certificate: PemSource | undefined
    key: PemSource | undefined
    token: string | undefined
    tokenFile: string | undefined
    basic: { username: string; password: string } | undefined
    impersonate: { user: string; uid: string | undefined; groups: readonly string[] } | undefined
    exec: ExecCredentialPlugin | undefined
    authProvider: { name: string; config: Readonly<Record<string, unknown>> } | undefined
  }
}
