import type { History, Operation } from '../history.ts'
import type { KeyValueAction, KeyValueOutcome } from './key-value-model.ts'
import type { HistoryPart } from './model.ts'

type KeyValueOperation = Operation<KeyValueAction, KeyValueOutcome>
type KeyValueHistory = History<KeyValueAction, KeyValueOutcome>

/**
 * Divides a history by key, for operations on different keys cannot tell in which order the others
 * took place. A range can: all keys that begin with its prefix go into one part. Of two prefixes one
 * begins with the other, or they have no key in common; so a part is a shortest prefix, or a key
 * that no prefix covers.
 */
export function partitionByKey(
  history: KeyValueHistory,
): readonly HistoryPart<KeyValueAction, KeyValueOutcome>[] {
  const prefixes = shortestPrefixes(history)
  const byPrefix = new Map<string, KeyValueOperation[]>()
  const byKey = new Map<string, KeyValueOperation[]>()
  for (const operation of history) {
    const { command } = operation
    const text = command.kind === 'range' ? command.prefix : command.key
    const prefix = prefixes.find((candidate) => text.startsWith(candidate))
    if (prefix === undefined) addTo(byKey, text, operation)
    else addTo(byPrefix, prefix, operation)
  }
  return [...named('prefix', byPrefix), ...named('key', byKey)]
}

/** The prefixes of all ranges, without those that begin with another one. */
function shortestPrefixes(history: KeyValueHistory): readonly string[] {
  const prefixes = new Set<string>()
  for (const { command } of history) if (command.kind === 'range') prefixes.add(command.prefix)
  const shortest: string[] = []
  // In this order a prefix comes before all that begin with it.
  for (const prefix of [...prefixes].sort((a, b) => a.length - b.length)) {
    if (!shortest.some((shorter) => prefix.startsWith(shorter))) shortest.push(prefix)
  }
  return shortest
}

function addTo(
  parts: Map<string, KeyValueOperation[]>,
  name: string,
  operation: KeyValueOperation,
): void {
  const part = parts.get(name)
  if (part === undefined) parts.set(name, [operation])
  else part.push(operation)
}

function named(
  what: string,
  parts: ReadonlyMap<string, KeyValueOperation[]>,
): HistoryPart<KeyValueAction, KeyValueOutcome>[] {
  return [...parts].map(([name, operations]) => ({
    name: `${what} ${JSON.stringify(name)}`,
    operations,
  }))
}
