import { Experiment, type Plan } from '../experiments/index.ts'
import type { Output } from '../model/output.ts'

/** What a trace leaves out of the events that somebody asks for: what was received, and what was put out. */
export interface WatchedRun {
  readonly experiment: Experiment
  /** By event: a message, a command, a reply, or a fault in words. */
  readonly contents: ReadonlyMap<number, unknown>
  readonly outputs: ReadonlyMap<number, readonly Output[]>
}

/** Runs a plan once more, as far as the last of these events, and keeps what they say. */
export function watchRun(plan: Plan, events: readonly number[]): WatchedRun {
  const wanted = new Set(events)
  const contents = new Map<number, unknown>()
  const outputs = new Map<number, Output[]>()
  const experiment = new Experiment(plan, {
    recordTrace: true,
    recordCauses: true,
    onContent: (event, content) => {
      if (wanted.has(event)) contents.set(event, content)
    },
  })
  const { world } = experiment
  const { onOutput } = world
  world.onOutput = (node, output) => {
    const event = world.trace.current
    if (wanted.has(event)) outputs.set(event, [...(outputs.get(event) ?? []), output])
    onOutput?.(node, output)
  }
  const last = events.at(-1) ?? 0
  while (world.trace.length <= last && !experiment.advance(last + 1 - world.trace.length));
  return { experiment, contents, outputs }
}
