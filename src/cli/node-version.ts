/** The Node.js that package.json asks for. */
const neededMajor = 24

/**
 * What to say to somebody whose Node.js is too old, in both languages; undefined when it is new enough. Runs in any
 * Node.js that knows ES modules, before anything else is loaded.
 */
export function oldNodeMessage(version: string): string | undefined {
  const major = Number(version.split('.')[0])
  if (major >= neededMajor) return undefined
  return [
    `error: osferry needs Node ${neededMajor} or newer; this is ${version}`,
    '  put the directory of a newer node first in PATH; in a project that has one: npx --no-install osferry',
    `错误：osferry 需要 Node ${neededMajor} 或更高版本；当前为 ${version}。请将新版 node 所在目录放在 PATH 最前面`,
    '',
  ].join('\n')
}
