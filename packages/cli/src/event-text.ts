import type { Plan } from '@quorate/core/experiments'
import type { TraceEvent } from '@quorate/core/simulator'

/** One event of a trace in words: `0.150240 s  node 2  deliver requestVote from 1`. */
export function eventText(event: TraceEvent, schema: Plan['node']['schema']): string {
  const { timeMicros, node } = event
  const time = `${(timeMicros / 1_000_000).toFixed(6)} s`
  const where = event.kind === 'fault' ? 'fault' : `node ${node}  ${whatHappened(event, schema)}`
  return `${time}  ${where}`
}

/** Events in words, each after its number, in columns. */
export function eventLines(
  events: readonly TraceEvent[],
  schema: Plan['node']['schema'],
): readonly string[] {
  const texts = events.map((event) => eventText(event, schema))
  // Numbers and times are in order, and so are the widths of their texts.
  const width = texts.at(-1)?.indexOf(' ') ?? 0
  const numberWidth = String(events.at(-1)?.event ?? '').length
  return events.map(({ event }, i) => {
    const text = texts[i] as string
    return `${String(event).padStart(numberWidth)}  ${' '.repeat(width - text.indexOf(' '))}${text}`
  })
}

function whatHappened(
  { kind, peer, detail }: TraceEvent,
  { message, command, timers }: Plan['node']['schema'],
): string {
  switch (kind) {
    case 'deliver':
    case 'lost':
      return `${kind} ${message.kinds[detail]} from ${peer}`
    case 'propose':
      return `${kind} ${command.kinds[detail]} of client ${peer}`
    case 'timeout':
      return `${kind} ${timers[detail]}`
    case 'reply':
      return `${kind} to client ${peer}`
    case 'start':
    case 'restart':
    case 'crash':
    case 'durable':
    case 'mined':
    case 'fault':
      return kind
  }
}
