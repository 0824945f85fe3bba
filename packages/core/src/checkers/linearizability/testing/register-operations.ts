/** Shorthand for histories of a register: who, from when to when, what. */
export function write(client: number, call: number, end: number | undefined, value: string) {
  const result = end === undefined ? undefined : ({ kind: 'write' } as const)
  return { client, call, return: end, command: { kind: 'write', value } as const, result }
}

export function read(client: number, call: number, end: number, value: string | undefined) {
  const result = { kind: 'read', value } as const
  return { client, call, return: end, command: { kind: 'read' } as const, result }
}

export function swap(
  client: number,
  call: number,
  end: number,
  [expected, value]: readonly [string | undefined, string],
  swapped: boolean,
) {
  const command = { kind: 'compareAndSwap', expected, value } as const
  const result = { kind: 'compareAndSwap', swapped } as const
  return { client, call, return: end, command, result }
}
