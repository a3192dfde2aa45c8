const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

const form = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/

/**
 * The number that a Kubernetes quantity stands for (`100m`, `1.5Gi`, `2e3`), or null when the text is none.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): number | null {
  const found = form.exec(text)
  if (found === null) return null
  const [, digits = '', exponent = '', suffix = ''] = found
  const value = exponent === '' ? Number(digits) * (factors[suffix] ?? 1) : Number(`${digits}${exponent}`)
  return Number.isFinite(value) ? value : null
}

/** An amount as snapshots hold it: `cpu` in millicores, everything else in its own unit, rounded up as the scheduler does. */
export function amountOf(resource: string, quantity: string): number | null {
  const value = parseQuantity(quantity)
  if (value === null) return null
  // A thousandth of a millionth is noise of binary fractions (0.1 * 1000), not a request.
  return Math.max(0, Math.ceil((resource === 'cpu' ? value * 1000 : value) - 1e-6))
}
