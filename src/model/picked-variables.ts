/** Of an environment only the variables that are named, as far as they are set. */
export function pickedVariables(
  names: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = variables[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
