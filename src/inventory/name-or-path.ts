/** True for a path, which holds a slash or ends with .yaml, .yml or .json; everything else is the name of a document. */
export function isDocumentPath(nameOrPath: string): boolean {
  return /[/\\]|\.(ya?ml|json)$/i.test(nameOrPath)
}
