import { Experiment, type Plan, type PropertyReport } from '../experiments/index.ts'
import type { Reply } from '../model/output.ts'
import type { Type, View } from '../model/schema/type.ts'
import { noEvent } from '../simulator/causes.ts'
import type { TraceEvent } from '../simulator/trace.ts'
import { DiagramBuilder } from './diagram-builder.ts'
import type { MessageDiagram } from './message-diagram.ts'
import { outputText } from './output-words.ts'
import { RunLanes } from './run-lanes.ts'
import { answerWords, commandWords, faultWords } from './run-words.ts'
import { type Selection, type ShownEvents, selectEvents } from './shown-events.ts'
import { type ViewWords, wordsOf } from './view-words.ts'
import { type WatchedRun, watchRun } from './watched-run.ts'

export interface RunDiagramOptions {
  /** Where absent, what led to the violation; or the last events of a run without one. */
  readonly shown?: ShownEvents
  /** Of more events, the last so many are drawn. 160 where absent. */
  readonly most?: number
}

const usualMost = 160

/**
 * A simulated run as a diagram. What is shown is run again, so that messages can say what they say.
 * @param experiment as far as it came; its events are recorded anew where it kept none
 * @throws RangeError for events that are not
 */
export function diagramOfRun(
  experiment: Experiment,
  { shown, most = usualMost }: RunDiagramOptions = {},
): MessageDiagram {
  const { plan } = experiment
  const recorded = experiment.world.causes && experiment.world.trace.recorded
  const { world } = recorded ? experiment : recordedAgain(experiment)
  const broken = experiment.report(0).properties.find(({ witness }) => witness)
  const selection = selectEvents(
    world,
    shown ?? usualEvents(world.trace.length, broken, most),
    most,
  )
  const watched = watchRun(plan, selection.events)
  return drawn(plan, watched, selection, broken)
}

function recordedAgain({ plan, world }: Experiment): Experiment {
  const again = new Experiment(plan, { recordTrace: true, recordCauses: true })
  const { length } = world.trace
  while (again.world.trace.length < length && !again.advance(length - again.world.trace.length));
  return again
}

/** All there is of a short run, up to the violation; of a longer one, what may have caused that. */
function usualEvents(
  length: number,
  broken: PropertyReport | undefined,
  most: number,
): ShownEvents {
  const { events = [] } = broken?.witness ?? {}
  const last = events.length === 0 ? length - 1 : Math.max(...events)
  if (last < most || events.length === 0)
    return { kind: 'range', from: Math.max(0, last - most + 1), to: last }
  return { kind: 'past', of: events }
}

function drawn(
  plan: Plan,
  watched: WatchedRun,
  { events, omitted }: Selection,
  broken: PropertyReport | undefined,
): MessageDiagram {
  const { world } = watched.experiment
  const traced = events.map((event) => world.trace.at(event))
  const lanes = new RunLanes(plan, world.options.clients, traced)
  const drawing = new RunDrawing(plan, watched, lanes)
  for (const event of traced) drawing.add(event)
  const { witness, name } = broken ?? {}
  const last = events.at(-1) ?? 0
  if (witness && (witness.events.length === 0 || Math.max(...witness.events) <= last)) {
    drawing.violated(witness.nodes, `${name}: ${witness.message}`)
  }
  const title = `${plan.scenario.protocol}, ${plan.nodes} nodes, seed ${plan.seed}`
  return drawing.builder.build(title, omitted)
}

/** The events of a run, as they are added one by one. */
class RunDrawing {
  readonly builder: DiagramBuilder
  readonly #plan: Plan
  readonly #watched: WatchedRun
  readonly #lanes: RunLanes
  /** By event, the place of its moment. */
  readonly #places = new Map<number, number>()
  readonly #delivered = new Set<string>()
  #previous: TraceEvent | undefined

  constructor(plan: Plan, watched: WatchedRun, lanes: RunLanes) {
    this.#plan = plan
    this.#watched = watched
    this.#lanes = lanes
    this.builder = new DiagramBuilder(lanes.lanes)
  }

  add(event: TraceEvent): void {
    // That all nodes start is one moment.
    const goesOn = event.kind === 'start' && this.#previous?.kind === 'start'
    if (!goesOn) {
      this.builder.begin(event.event, event.timeMicros)
      if (event.kind === 'start') this.builder.note('narration', 'every node starts')
    }
    this.#places.set(event.event, this.builder.now)
    this.#addEvent(event)
    for (const output of this.#watched.outputs.get(event.event) ?? []) {
      this.builder.mark(this.#lanes.node(event.node), 'output', outputText(output, commandWords))
    }
    this.#previous = event
  }

  violated(nodes: readonly number[], text: string): void {
    for (const node of new Set(nodes)) this.builder.mark(this.#lanes.node(node), 'violation', '')
    this.builder.note('violation', text)
  }

  #addEvent(event: TraceEvent): void {
    const { builder } = this
    const { kind, node, detail } = event
    const content = this.#watched.contents.get(event.event)
    const lane = this.#lanes.node(node)
    switch (kind) {
      case 'deliver':
      case 'lost':
        return this.#message(event, content)
      case 'propose':
        return this.#request(event, content)
      case 'reply':
        return this.#reply(event, content as Reply)
      case 'start':
        builder.mark(lane, 'start', '')
        return
      case 'timeout':
        return builder.mark(lane, 'timeout', `times out (${this.#plan.node.schema.timers[detail]})`)
      case 'durable':
        return builder.mark(lane, 'durable', 'has what it wrote on its disk')
      case 'mined':
        return builder.mark(lane, 'mined', 'finds a block')
      case 'crash':
        return builder.mark(lane, 'crash', 'crashes')
      case 'restart':
        return builder.mark(lane, 'restart', 'restarts')
      case 'fault':
        return builder.note('fault', faultWords(String(content)))
    }
  }

  #message({ event, kind, node, peer, payload }: TraceEvent, content: unknown): void {
    const sentIn = this.#watched.experiment.world.causes?.of(event) ?? noEvent
    const name = `${sentIn} ${peer} ${node} ${payload}`
    // Each of two twins hears what is sent once.
    const isTwin = this.#plan.byzantine.get(node)?.kind === 'twins'
    const copy = kind === 'deliver' && !isTwin && this.#delivered.has(name)
    if (kind === 'deliver') this.#delivered.add(name)
    this.builder.add({
      ...this.#wordsOf(this.#plan.node.schema.message as Type<unknown>, content),
      fromLane: this.#lanes.node(peer),
      toLane: this.#lanes.node(node),
      sent: this.#places.get(sentIn),
      ended: this.builder.now,
      fate: kind === 'lost' ? 'lost' : 'delivered',
      copy,
    })
  }

  /** When a client asked is not known, but that it is after its last answer. */
  #request({ node, peer }: TraceEvent, content: unknown): void {
    const { now } = this.builder
    this.builder.add({
      ...this.#wordsOf(this.#plan.node.schema.command as Type<unknown>, content),
      fromLane: this.#lanes.client(peer),
      toLane: this.#lanes.node(node),
      sent: now,
      ended: now,
      fate: 'delivered',
      copy: false,
      client: `client ${peer}`,
    })
  }

  #reply({ event, node, peer }: TraceEvent, { outcome, request }: Reply): void {
    const sentIn = this.#watched.experiment.world.causes?.of(event) ?? noEvent
    this.builder.add({
      ...answerWords(outcome),
      fromLane: this.#lanes.node(node),
      toLane: this.#lanes.client(peer),
      sent: this.#places.get(sentIn),
      ended: this.builder.now,
      fate: 'delivered',
      copy: false,
      client: `client ${request.client}`,
    })
  }

  #wordsOf(type: Type<unknown>, content: unknown): ViewWords {
    const view: View = type.view(content)
    return wordsOf(view, commandWords)
  }
}
