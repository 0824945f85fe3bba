import { KeyValueStore } from '../machines/key-value-store.ts'
import { SharedCommands } from '../machines/shared-commands.ts'
import type { Checker, Micros, NodeId, Output } from '../model/index.ts'
import type { OnContent } from '../simulator/causes.ts'
import type { Fault } from '../simulator/faults/fault.ts'
import { FaultDriver } from '../simulator/faults/fault-driver.ts'
import { formatDuration } from '../simulator/faults/units.ts'
import { LatencyHistogram } from '../simulator/percentiles.ts'
import { Schedule } from '../simulator/steps/schedule.ts'
import { World } from '../simulator/world.ts'
import { formatStrategy } from './adversaries.ts'
import { ChainFigures } from './chain-figures.ts'
import { Clients, clientsOf } from './clients.ts'
import { Decisions } from './decisions.ts'
import { isAsExpected } from './expectation.ts'
import type { Plan } from './plan.ts'
import { chaosOf, clockDriftPpmOf, faultsEndOf, hashesPerSecondOf } from './plan-figures.ts'
import { type Liveness, Progress } from './progress.ts'
import { linearizabilityOf, propertiesOf } from './properties.ts'
import { replayCommand } from './replay-command.ts'
import type { PropertyReport, RunReport, Verdict } from './report.ts'
import { RememberedForms } from './request-text.ts'

/** How far a run goes on at a time while it waits for the progress that is due. */
const graceMicros = 100_000

export interface ExperimentOptions {
  /** Keep every event, for a trace file or a picture. */
  readonly recordTrace?: boolean
  /** Keep which event sent what each event received: what the causal order of the run comes from. */
  readonly recordCauses?: boolean
  /** Keep what was sent and asked for: what a list of the steps of the run comes from. */
  readonly recordSendings?: boolean
  /** Is shown what each event received (a message, a command, a reply) and what each fault is, where causes are recorded. */
  readonly onContent?: OnContent
  /** Verify after every step that durable fields equal the fold of the records. */
  readonly verifyFold?: boolean
}

/**
 * One run of a plan: the world, its clients, its faults, its checkers and its figures. It advances
 * in slices, so that a caller can show progress, be interrupted, or draw what goes on.
 */
export class Experiment {
  readonly plan: Plan
  readonly world: World
  readonly clients: Clients
  readonly latency = new LatencyHistogram()
  readonly chain: ChainFigures | undefined
  /** Commands that were committed and ran, the height of the chain, or the nodes that have decided. */
  decisions = 0
  /** Undefined where it is not recorded. */
  readonly asked: RememberedForms | undefined
  private readonly checkers: readonly Checker[]
  readonly faults: FaultDriver
  private readonly progress: Progress
  /** The greatest index that any node has committed. */
  private committedIndex = 0
  /** What the correct nodes have decided, in any of their lives. */
  private readonly decided = new Decisions()
  private nextIntervention = 0
  /** Until when the run goes on. It must not depend on how a caller slices the run. */
  private limitMicros: Micros
  private over = false

  constructor(plan: Plan, options: ExperimentOptions = {}) {
    this.plan = plan
    this.limitMicros = plan.endMicros
    this.chain = plan.protocol.shape === 'chain' ? new ChainFigures(plan.nodes) : undefined
    this.progress = new Progress(faultsEndOf(plan))
    this.asked = options.recordSendings ? new RememberedForms(plan.protocol.requests) : undefined
    this.clients = new Clients(plan, (micros) => this.latency.record(micros), this.asked?.forms)
    if (this.clients.proposals) this.clients.proposals.onAnswer = () => this.stopOnceAllDecided()
    const commands = new SharedCommands()
    this.checkers = propertiesOf(plan, () => this.progress.sinceMicros)
    this.world = new World(
      {
        protocol: plan.protocol,
        node: plan.node,
        nodes: plan.nodes,
        clients: clientsOf(plan),
        seed: plan.seed,
        parameters: plan.parameters,
        network: plan.network,
        synchrony: plan.synchrony,
        costs: plan.costs,
        disk: plan.disk,
        clockOffsetMicros: 50_000,
        clockDriftPpm: clockDriftPpmOf(plan),
        hashesPerSecond: hashesPerSecondOf(plan),
        passing: plan.passing,
        machine: () => new KeyValueStore(commands),
        byzantine: plan.byzantine,
        checkers: this.checkers,
        recordTrace: options.recordTrace ?? false,
        recordCauses: options.recordCauses ?? false,
        recordSendings: options.recordSendings ?? false,
        schedule: plan.steps && new Schedule(plan.steps),
        onContent: options.onContent,
        verifyFold: options.verifyFold ?? false,
      },
      this.clients.all,
    )
    this.world.onOutput = (node, output) => this.output(node, output)
    this.faults = new FaultDriver(this.world, [...plan.faults, ...chaosOf(plan, this.world)])
    if (plan.chaos) this.world.at(this.progress.sinceMicros, () => this.faults.healForGood())
    this.demandProgressLater()
    this.world.start()
  }

  /** Once the faults are over, counts who is served. */
  private demandProgressLater(): void {
    const { progress, world } = this
    const { sinceMicros } = progress
    world.at(sinceMicros, () => {
      if (progress.sinceMicros !== sinceMicros) return
      this.clients.keyValue?.markProgress()
      progress.mark(world.nowMicros)
      this.stopOnceAllDecided()
    })
  }

  /** A fault that somebody adds now is one more to recover from. */
  private intervene(fault: Fault): void {
    this.faults.strike(fault)
    const overMicros = this.world.nowMicros + (fault.forMicros ?? 0)
    if (this.progress.postpone(overMicros)) this.demandProgressLater()
  }

  private output(node: NodeId, output: Output): void {
    this.chain?.output(node, output, this.world.nowMicros)
    if (this.chain) this.decisions = this.chain.height
    else if (output.kind === 'decided') this.noteDecision(node, output.value)
    else if (output.kind === 'committed' && output.index > this.committedIndex) {
      this.committedIndex = output.index
      if (output.applied && output.request) this.decisions++
    }
    if (this.plan.until !== undefined && this.decisions >= this.plan.until)
      this.world.stopped = true
  }

  private noteDecision(node: NodeId, value: Uint8Array): void {
    if (this.plan.byzantine.has(node)) return
    this.decided.add(node, value)
    this.decisions = this.decided.count
    this.stopOnceAllDecided()
  }

  /** Nothing more can happen once every correct node has decided, its client knows, and no fault is to come. */
  private stopOnceAllDecided(): void {
    const { plan, progress, world, clients, decided } = this
    if (plan.protocol.shape !== 'decision' || plan.until !== undefined || plan.steps) return
    if (world.nowMicros < progress.sinceMicros) return
    if (decided.count < plan.nodes - plan.byzantine.size) return
    if (!clients.proposals?.waitsFor(world.correct())) world.stopped = true
  }

  /**
   * Goes on for at most so many events.
   * @returns true once the run is over
   */
  advance(maximumEvents: number): boolean {
    const { world } = this
    const target = world.trace.length + maximumEvents
    while (!this.over && world.trace.length < target) {
      const intervention = this.plan.interventions[this.nextIntervention]
      const left = target - world.trace.length
      const until = intervention ? Math.min(left, intervention.event - world.trace.length) : left
      if (intervention && until <= 0) {
        this.intervene(intervention.fault)
        this.nextIntervention++
        continue
      }
      const ended = world.advance(this.limitMicros, until)
      if (ended === 'stopped') this.end()
      else if (ended === 'time') this.atLimit()
    }
    return this.over
  }

  /** Goes on to the end. */
  complete(): this {
    while (!this.advance(Number.POSITIVE_INFINITY));
    return this
  }

  private end(): void {
    if (this.over) return
    this.over = true
    this.world.finish()
  }

  /** The end has come: goes past it a little while the progress that is due has not been seen. */
  private atLimit(): void {
    const { plan, progress } = this
    const demanded = plan.chaos && progress.marked && this.obstacle() === undefined
    const due = demanded && this.waiting() > 0
    if (due && this.limitMicros < progress.deadlineMicros) this.limitMicros += graceMicros
    else this.end()
  }

  /** Clients that have had no answer since the faults ended: all of them until then. */
  private waiting(): number {
    if (this.plan.protocol.shape === 'decision') return this.undecided()
    if (!this.progress.marked) return this.plan.clients
    return (
      this.clients.keyValue?.completedSinceMark.filter((completed) => completed === 0).length ?? 0
    )
  }

  /** The correct nodes that are up and have not decided. */
  private undecided(): number {
    let undecided = 0
    for (const id of this.world.correct().keys()) if (!this.decided.has(id)) undecided++
    return undecided
  }

  /** What the run does not keep of what the protocol assumes, so that no progress can be demanded. */
  private obstacle(): string | undefined {
    const { plan, world } = this
    if (plan.steps) return 'what the steps of the run do not list is still to come'
    const faulty = world.hosts.filter(
      (host) => !host.node || host.paused || plan.byzantine.has(host.self),
    )
    const maximum = plan.protocol.resilience.maximumFaulty(plan.nodes)
    if (faulty.length > maximum) {
      return `${faulty.length} of ${plan.nodes} nodes are down or faulty, and ${plan.protocol.title} promises progress with at most ${maximum}`
    }
    if (plan.synchrony.kind === 'asynchronous' && plan.protocol.synchrony !== 'asynchronous') {
      return `${plan.protocol.title} promises progress only once the network is timely`
    }
    if (this.faults.networkBroken) return 'the network is still broken at the end'
    return undefined
  }

  private verdict(properties: readonly PropertyReport[]): { verdict: Verdict; because?: string } {
    const violated = properties.find((property) => property.witness)
    if (violated)
      return { verdict: 'violated', because: `${violated.name}: ${violated.witness?.message}` }
    if (!this.over) {
      const toTheMillisecond = Math.round(this.world.nowMicros / 1_000) * 1_000
      const because = `interrupted at ${formatDuration(toTheMillisecond)}, before the run was over`
      return { verdict: 'inconclusive', because }
    }
    const undecided = properties.find((property) => property.undecided)
    if (undecided)
      return { verdict: 'inconclusive', because: `${undecided.name}: ${undecided.undecided}` }
    if (this.plan.until !== undefined && this.decisions < this.plan.until) {
      const what = this.chain ? 'blocks' : 'decisions'
      const because = `the run ended after ${this.decisions} of ${this.plan.until} ${what}`
      return { verdict: 'inconclusive', because }
    }
    return { verdict: 'held' }
  }

  /** What is known now. Until `advance` has returned true that is at best inconclusive. */
  report(wallSeconds: number): RunReport {
    const { plan, world, latency } = this
    const properties = this.properties()
    const verdict = this.verdict(properties)
    const { expect } = plan.scenario
    const events = world.trace.length
    return {
      schema: 'quorate.run/1',
      protocol: plan.scenario.protocol,
      nodes: plan.nodes,
      seed: plan.seed,
      scenario: plan.scenario,
      ...(plan.byzantine.size > 0 ? { byzantine: byzantineOf(plan) } : {}),
      virtualSeconds: world.nowMicros / 1_000_000,
      ...verdict,
      ...(expect ? { asExpected: isAsExpected(expect, verdict.verdict, properties) } : {}),
      properties,
      metrics: {
        decisions: this.decisions,
        messages: world.transmission.messages,
        messagesPerDecision:
          this.decisions === 0 ? null : world.transmission.messages / this.decisions,
        bytes: world.transmission.bytes,
        latencyMs:
          latency.count === 0
            ? null
            : {
                p50: latency.percentile(50) / 1000,
                p99: latency.percentile(99) / 1000,
                max: latency.maximumMicros / 1000,
              },
        faults: this.faults.strikes.length,
        events,
        wallSeconds,
        eventsPerSecond: wallSeconds > 0 ? Math.round(events / wallSeconds) : 0,
      },
      ...(plan.protocol.shape === 'decision' ? { decided: this.decided.report() } : {}),
      ...(this.chain ? { chain: this.chain.report(this.longestChain()) } : {}),
      traceHash: world.trace.hash,
      replay: replayCommand(plan.scenario),
    }
  }

  /** What is known now of each property. */
  properties(): PropertyReport[] {
    const { world, plan } = this
    const obstacle = this.over ? this.obstacle() : undefined
    const reports = this.checkers.map((checker) => reportOf(checker, obstacle))
    const assertion = world.violation
    if (assertion && !reports.some((report) => report.name === assertion.property)) {
      const { property, ...witness } = assertion
      reports.push({ name: property, kind: 'safety', held: false, witness })
    }
    const { keyValue, proposals, listed } = this.clients
    if (listed && plan.workload === 'key-value') reports.push(linearizabilityOf(listed))
    if (keyValue) reports.push(linearizabilityOf(keyValue))
    if (keyValue || proposals) reports.push(this.progressReport())
    return reports
  }

  private progressReport(): PropertyReport {
    const { plan, world } = this
    const reached = plan.until !== undefined && this.decisions >= plan.until
    const obstacle = world.violation ? 'the run ended with a violation' : this.obstacle()
    const waiting = reached ? 0 : this.waiting()
    const who: Liveness =
      plan.protocol.shape === 'decision'
        ? {
            property: 'termination',
            all: world.correct().size,
            some: 'correct nodes',
            lack: 'had not decided',
          }
        : { property: 'progress', all: plan.clients, some: 'clients', lack: 'had no answer' }
    return this.progress.report(waiting, who, world.nowMicros, obstacle)
  }

  private longestChain(): readonly string[] {
    let longest: readonly string[] = []
    for (const node of this.world.alive().values()) {
      const chain = this.plan.protocol.chainOf?.(node) ?? []
      if (chain.length > longest.length) longest = chain
    }
    return longest
  }
}

function byzantineOf({ byzantine }: Plan): string[] {
  return [...byzantine]
    .sort(([left], [right]) => left - right)
    .map(([node, strategy]) => `${node}=${formatStrategy(strategy)}`)
}

/** @param obstacle why no liveness can be demanded, if it cannot */
function reportOf(checker: Checker, obstacle: string | undefined): PropertyReport {
  const { property: name, kind, violation } = checker
  const undecided = violation && kind === 'liveness' ? obstacle : checker.undecided
  if (undecided !== undefined) return { name, kind, held: false, undecided }
  if (!violation) return { name, kind, held: true }
  const { property: _, ...witness } = violation
  return { name, kind, held: false, witness }
}
