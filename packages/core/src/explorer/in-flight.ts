/** Nothing to remove. */
const absent = -1

/**
 * Writes to `into`, from `target` on, the envelopes in flight, without one copy of `removed` and with
 * those sent, in ascending order, as both are.
 * @param words the envelopes in flight are those from `start` to `stop`
 * @param sent those sent are so many from `firstSent` on
 * @returns how many there are
 */
export function mergeEnvelopes(
  into: Int32Array,
  target: number,
  words: Int32Array,
  start: number,
  stop: number,
  sent: Int32Array,
  firstSent: number,
  sentCount: number,
  removed: number,
): number {
  let write = target
  let nextSent = firstSent
  const stopSent = firstSent + sentCount
  let toRemove = removed
  for (let at = start; at < stop; at += 1) {
    const envelope = words[at] as number
    if (envelope === toRemove) {
      toRemove = absent
      continue
    }
    while (nextSent < stopSent && (sent[nextSent] as number) < envelope) {
      into[write] = sent[nextSent] as number
      nextSent += 1
      write += 1
    }
    into[write] = envelope
    write += 1
  }
  for (; nextSent < stopSent; nextSent += 1, write += 1) into[write] = sent[nextSent] as number
  return write - target
}

/** Leaves of each envelope, so many from `start` on in ascending order, one. Returns how many are left. */
export function keepDistinct(words: Int32Array, start: number, count: number): number {
  let write = start
  for (let at = start; at < start + count; at += 1) {
    if (write > start && words[write - 1] === words[at]) continue
    words[write] = words[at] as number
    write += 1
  }
  return write - start
}
