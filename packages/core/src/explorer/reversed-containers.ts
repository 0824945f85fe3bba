/**
 * Reverses the order of insertion of every set and map within, in place. Two states that differ in
 * nothing else are equal and are explored as one, so a protocol must not let that order matter: an
 * exploration with reversed containers that counts other states shows that it does.
 */
export function reverseContainers(fields: { [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(fields)) {
    const reversed = reversedValue(value)
    if (reversed !== value) fields[name] = reversed
  }
}

function reversedValue(value: unknown): unknown {
  if (value instanceof Set) return new Set([...value].reverse())
  if (value instanceof Map) {
    return new Map([...value].reverse().map(([key, content]) => [key, reversedValue(content)]))
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const reversed = reversedValue(value[i])
      if (reversed !== value[i]) value[i] = reversed
    }
  } else if (isStruct(value)) reverseContainers(value)
  return value
}

/** Structs are the only plain objects with containers inside: messages and shared values hold lists alone. */
function isStruct(value: unknown): value is { [name: string]: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !Object.isFrozen(value)
  )
}
