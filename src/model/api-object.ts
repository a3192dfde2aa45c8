import { z } from 'zod'
import type { ApiObject } from './cluster-port.ts'
import { MigrationError } from './errors.ts'

/** Labels or annotations; none when left out or null. */
export const StringMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map): Readonly<Record<string, string>> => map ?? {})

/** The parts of an object that a schema names; throws CLUSTER_ANSWER_INVALID with the field that is wrong. */
export function parseApiObject<Schema extends z.ZodType>(
  schema: Schema,
  object: ApiObject,
  kind: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(object, { jitless: true })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new MigrationError(
    'CLUSTER_ANSWER_INVALID',
    `a ${kind} of the API server is not valid: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
    {
      hint: 'look at the object with kubectl get -o yaml, and at the server in the kubeconfig',
      cause: parsed.error,
    },
  )
}
