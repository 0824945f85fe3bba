/** Nothing to remove. */
const absent = -1

/** Writes to `words` the envelopes in flight in `from`, from `start` to `stop`, without one copy of `removed` and with those sent, in ascending order. Returns how many. */
export function mergeEnvelopes(
  words: Int32Array,
  target: number,
  from: Int32Array,
  start: number,
  stop: number,
  sent: readonly number[],
  removed: number,
): number {
  let write = target
  let nextSent = 0
  let toRemove = removed
  for (let at = start; at < stop; at += 1) {
    const envelope = from[at] as number
    if (envelope === toRemove) {
      toRemove = absent
      continue
    }
    while (nextSent < sent.length && (sent[nextSent] as number) < envelope) {
      words[write] = sent[nextSent] as number
      nextSent += 1
      write += 1
    }
    words[write] = envelope
    write += 1
  }
  for (; nextSent < sent.length; nextSent += 1, write += 1) {
    words[write] = sent[nextSent] as number
  }
  return write - target
}

/** Writes to `words` the envelopes in `from`, from `start` to `stop`, and those sent, each once, in ascending order. Returns how many. */
export function uniteEnvelopes(
  words: Int32Array,
  target: number,
  from: Int32Array,
  start: number,
  stop: number,
  sent: readonly number[],
): number {
  const merged = mergeEnvelopes(words, target, from, start, stop, sent, absent)
  let write = target
  for (let at = target; at < target + merged; at += 1) {
    if (write > target && words[write - 1] === words[at]) continue
    words[write] = words[at] as number
    write += 1
  }
  return write - target
}
