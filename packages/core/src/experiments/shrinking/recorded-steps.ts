import { mixNumber } from '../../model/index.ts'
import { classOf } from '../../simulator/adversary.ts'
import type { Asking } from '../../simulator/steps/journal.ts'
import type { Step } from '../../simulator/steps/step.ts'
import type { TraceEvent } from '../../simulator/trace.ts'
import { clientsOf } from '../clients.ts'
import type { Experiment } from '../experiment.ts'

/** A step, and the event that it was. */
export interface RecordedStep {
  readonly step: Step
  /** Undefined for what was drawn, which is no event of its own. */
  readonly event: number | undefined
}

/**
 * The steps of a run that was recorded with its trace, its causes and what was sent: such that a run
 * of nothing but these steps, and of the same faults, is the same run.
 *
 * A message arrives when its node handled it, which may be later than it came: then the node was busy
 * with something else, which may not be listed any more.
 */
export function recordedSteps(experiment: Experiment): RecordedStep[] {
  const { trace } = experiment.world
  const sent = sentThings(experiment)
  const asked = askedThings(experiment)
  const steps: RecordedStep[] = drawnThings(experiment).map((step) => ({ step, event: undefined }))
  const seen = new Set<string>()
  for (let number = 0; number < trace.length; number++) {
    const step = stepOf(experiment, trace.at(number), sent, asked)
    if (!step) continue
    // Both copies of a twin receive what is listed once.
    const name = step.kind === 'timeout' ? '' : JSON.stringify(step)
    if (name !== '' && seen.has(name)) continue
    seen.add(name)
    steps.push({ step, event: number })
  }
  return steps
}

/** Where each thing that was sent is found again when it arrives: first come, first served. */
type Found<T> = (name: string) => T | undefined

interface Sent {
  readonly sentMicros: number
  readonly nth: number
}

function sentThings({ world, plan }: Experiment): Found<Sent> {
  const { trace, journal } = world
  const counts = new Map<string, number>()
  const things = new Map<string, Sent[]>()
  for (const { sentIn, kind, from, to, hash } of journal?.sendings ?? []) {
    const { timeMicros: sentMicros } = trace.at(sentIn)
    const what = kind < 0 ? 'answer' : (plan.node.schema.message.kinds[kind] as string)
    const name = `${what} ${from}>${to} ${sentMicros}`
    const nth = (counts.get(name) ?? 0) + 1
    counts.set(name, nth)
    add(things, `${sentIn} ${kind} ${from}>${to} ${hash}`, { sentMicros, nth })
  }
  return taking(things)
}

/** Of each step, all that was drawn in it, but for steps that drew nothing but what is drawn where nothing is listed. */
function drawnThings({ world }: Experiment): Step[] {
  const values = new Map<string, number[]>()
  const drawn: Extract<Step, { readonly kind: 'draw' }>[] = []
  for (const { node, timeMicros, value } of world.journal?.drawings ?? []) {
    const name = `${node} ${timeMicros}`
    const others = values.get(name)
    if (others) others.push(value)
    else {
      const list = [value]
      values.set(name, list)
      drawn.push({ kind: 'draw', node, values: list, atMicros: timeMicros })
    }
  }
  return drawn.filter((step) => step.values.some((value) => value !== 0))
}

type Asked = Asking & { readonly operation: number; readonly command: string }

/** The latest asking of a name that a node may have heard by some time: the same may be asked again, or be heard by both copies of a twin. */
function askedThings({
  world,
  plan,
  asked,
}: Experiment): (name: string, byMicros: number) => Asked | undefined {
  const { command: type } = plan.node.schema
  const operations = new Map<number, Map<string, number>>()
  const things = new Map<string, Asked[]>()
  for (const asking of world.journal?.askings ?? []) {
    const { client, to, request } = asking
    const text = asked?.textOf(asking.command)
    if (text === undefined) continue
    const session = Math.floor(request.client / clientsOf(plan))
    const command = session > 1 ? `${text} in session ${session}` : text
    const ofClient = operations.get(client) ?? new Map<string, number>()
    operations.set(client, ofClient)
    const name = `${request.client} ${request.sequence}`
    const operation = ofClient.get(name) ?? ofClient.size + 1
    ofClient.set(name, operation)
    const hash = type.hash(mixNumber(0, request.sequence), asking.command as never)
    add(things, `${to} ${request.client} ${hash}`, { ...asking, operation, command })
  }
  return (name, byMicros) => things.get(name)?.findLast(({ sentMicros }) => sentMicros <= byMicros)
}

function add<T>(things: Map<string, T[]>, name: string, thing: T): void {
  const others = things.get(name)
  if (others) others.push(thing)
  else things.set(name, [thing])
}

/** Takes each thing once, but the last of a name as often as it is asked for: one may arrive twice. */
function taking<T>(things: Map<string, T[]>): Found<T> {
  return (name) => {
    const found = things.get(name)
    return found && found.length > 1 ? found.shift() : found?.[0]
  }
}

function stepOf(
  { world, plan }: Experiment,
  { event, kind, node, peer, detail, payload, timeMicros }: TraceEvent,
  sent: Found<Sent>,
  asked: ReturnType<typeof askedThings>,
): Step | undefined {
  const sentIn = world.causes?.of(event)
  switch (kind) {
    case 'deliver': {
      const found =
        node === peer ? undefined : sent(`${sentIn} ${detail} ${peer}>${node} ${payload}`)
      if (!found) return undefined
      const message = plan.node.schema.message.kinds[detail] as string
      const takesMicros = timeMicros - found.sentMicros
      return { kind, from: peer, to: node, message, ...found, takesMicros }
    }
    case 'reply': {
      const found = sent(`${sentIn} -1 ${node}>${peer} 0`)
      const takesMicros = timeMicros - (found?.sentMicros ?? 0)
      return found && { kind: 'answer', from: node, client: peer, ...found, takesMicros }
    }
    case 'propose': {
      const found = asked(`${node} ${peer} ${payload}`, timeMicros)
      if (!found) return undefined
      const { client, operation, command, sentMicros } = found
      const takesMicros = timeMicros - sentMicros
      return { kind: 'ask', client, operation, to: node, command, sentMicros, takesMicros }
    }
    case 'timeout':
      return { kind, node, timer: timerOf(world, plan, node, detail), atMicros: timeMicros }
    default:
      return undefined
  }
}

/** A timer by its number; who attacks may have timers of its own. */
function timerOf(
  { options }: Experiment['world'],
  { node: honest, protocol }: Experiment['plan'],
  node: number,
  timer: number,
): string {
  const strategy = options.byzantine.get(node)
  const { schema } = classOf(strategy, honest, protocol.attacks)
  return schema.timers[timer] as string
}
