import type { Micros, NodeId } from '../../model/index.ts'
import type { Random } from '../../model/random.ts'
import { LatencyTable } from './latency.ts'
import { type CutId, Links } from './link.ts'
import { drawnByShare, fullMesh, peerGraph } from './peer-graph.ts'
import type { NetworkProfile } from './profile.ts'
import { MessageScheduler, type Synchrony } from './synchrony.ts'

/** A node, or a client: clients have the numbers after the last node. */
export type Endpoint = number

export interface NetworkOptions {
  readonly nodes: number
  /** Nodes and clients together. */
  readonly endpoints: number
  readonly random: Random
  readonly synchrony: Synchrony
}

/** How much later than others a message comes that was picked to be overtaken: up to this many times its latency. */
const overtakenLatencies = 4

/**
 * The network of the simulated world. It is asked, message by message, whether and when a message
 * arrives (`plan`), and moves nothing itself.
 *
 * A message leaves when the sender's uplink is free, for `bytes` at the sender's rate; it passes at
 * the slower of that and the receiver's rate, and takes the latency of the two regions besides. The
 * receiver's downlink limits the rate but keeps no queue: its order would have to be known when the
 * message is sent.
 *
 * Latencies, faults and the adversary draw from streams of their own, so that a fault leaves the
 * latencies of other messages as they were.
 */
export class Network {
  readonly profile: NetworkProfile
  /** Whom each node has a link to, in ascending order. */
  readonly neighbours: readonly (readonly NodeId[])[]
  /** When the copies arrive that `plan` announced: integers. */
  readonly arrivalMicros = new Float64Array(2)
  /** Why `plan` announced no copy. */
  lostBecause: 'not lost' | 'cut' | 'loss' = 'not lost'
  /** Δ of the synchrony; Infinity where it promises none. */
  readonly boundMicros: number

  readonly #endpoints: number
  readonly #regions: Int32Array
  readonly #latency: LatencyTable
  readonly #uploadMicrosPerByte: Float64Array
  readonly #downloadMicrosPerByte: Float64Array
  /** When each endpoint's uplink has sent all that it was given. */
  readonly #uplinkFree: Float64Array
  readonly #scheduler: MessageScheduler
  readonly #links: Links
  readonly #ordered: boolean
  readonly #latencyRandom: Random
  readonly #faultRandom: Random

  #lossProbability = 0
  #duplication = 0
  #reordering = 0
  /** Added to each message of an endpoint, whichever way it goes; undefined while there is none. */
  #extraDelays: Float64Array | undefined = undefined

  constructor(profile: NetworkProfile, options: NetworkOptions) {
    const { nodes, endpoints, random } = options
    this.profile = profile
    this.#endpoints = endpoints
    this.#regions = placed(profile, nodes, endpoints, random.split('placement'))
    this.neighbours = linked(profile, nodes, random.split('topology'))
    this.#latency = new LatencyTable(profile.latency)
    this.#uploadMicrosPerByte = microsPerByte(profile.uploadBitsPerSecond, this.#regions)
    this.#downloadMicrosPerByte = microsPerByte(profile.downloadBitsPerSecond, this.#regions)
    this.#uplinkFree = new Float64Array(endpoints)
    this.#scheduler = new MessageScheduler(options.synchrony, profile, random.split('scheduler'))
    this.boundMicros = this.#scheduler.boundMicros
    this.#ordered = profile.ordered && this.#scheduler.keepsOrder
    this.#links = new Links(endpoints, this.neighbours)
    this.#latencyRandom = random.split('latency')
    this.#faultRandom = random.split('faults')
  }

  /** Index into the profile's regions. */
  regionOf(endpoint: Endpoint): number {
    return this.#regions[endpoint] as number
  }

  /**
   * Decides the fate of one message of `bytes` that an endpoint sends at `nowMicros`.
   * @returns how many copies arrive: 0 (see `lostBecause`), 1 or 2; when is in `arrivalMicros`
   */
  plan(from: Endpoint, to: Endpoint, bytes: number, nowMicros: Micros): number {
    this.lostBecause = 'not lost'
    if (from === to) {
      this.arrivalMicros[0] = nowMicros
      return 1
    }
    const latency = this.#drawLatency(from, to, this.#latencyRandom)
    const early = nowMicros < this.#scheduler.stabilisationMicros
    if (this.#links.isCut(from, to)) return early ? this.#hold(latency) : this.#lose('cut')
    let departed = this.#transmit(from, to, bytes, nowMicros)
    const loss = this.#loss(from, to)
    if (loss > 0 && this.#faultRandom.bernoulli(loss)) {
      if (early) return this.#hold(latency)
      const delay = this.#scheduler.retransmits ? this.#scheduler.retransmissionDelay(loss) : -1
      if (delay < 0) return this.#lose('loss')
      departed += delay
    }
    let arrival = this.#scheduler.arrival(nowMicros, departed, latency)
    arrival = Math.ceil(arrival + this.#extraDelay(from, to))
    if (this.#reordering > 0 && this.#faultRandom.bernoulli(this.#reordering)) {
      arrival += Math.ceil(latency * overtakenLatencies * this.#faultRandom.next())
    } else if (this.#ordered && !early) {
      arrival = this.#links.inOrder(from, to, arrival)
    }
    this.arrivalMicros[0] = arrival
    if (this.#duplication === 0 || !this.#faultRandom.bernoulli(this.#duplication)) return 1
    this.arrivalMicros[1] = arrival + this.#drawLatency(from, to, this.#faultRandom)
    return 2
  }

  /** Can messages from one endpoint reach another, apart from loss? */
  connected(from: Endpoint, to: Endpoint): boolean {
    return !this.#links.isCut(from, to)
  }

  /**
   * Lets endpoints of different groups no longer reach each other. An endpoint may be in several
   * groups, and bridges them; one that is in none (a client, usually) keeps all its links.
   */
  partition(groups: readonly (readonly Endpoint[])[]): CutId {
    const groupsOf = Array.from({ length: this.#endpoints }, () => new Set<number>())
    groups.forEach((group, i) => {
      for (const endpoint of group) this.#at(groupsOf, endpoint).add(i)
    })
    return this.#links.cut((from, to) => {
      const one = groupsOf[from] as Set<number>
      const other = groupsOf[to] as Set<number>
      return one.size > 0 && other.size > 0 && one.isDisjointFrom(other)
    })
  }

  /** Lets nothing pass from some endpoints to others; the way back stays open. */
  cutOneWay(from: readonly Endpoint[], to: readonly Endpoint[]): CutId {
    const senders = this.#setOf(from)
    const receivers = this.#setOf(to)
    return this.#links.cut((one, other) => senders.has(one) && receivers.has(other))
  }

  /** Cuts one endpoint off from all others, both ways. */
  isolate(endpoint: Endpoint): CutId {
    const cutOff = this.#setOf([endpoint])
    return this.#links.cut((from, to) => cutOff.has(from) || cutOff.has(to))
  }

  /** Ends one cut, or all of them. */
  heal(cut?: CutId): void {
    this.#links.heal(cut)
  }

  /** Every link loses a message with this probability. */
  setLoss(probability: number): void {
    this.#lossProbability = checkedProbability('loss', probability)
  }

  /** Every message arrives twice with this probability. */
  setDuplication(probability: number): void {
    this.#duplication = checkedProbability('duplication', probability)
  }

  /** Every message is, with this probability, so late that later ones of its link may overtake it. */
  setReordering(probability: number): void {
    this.#reordering = checkedProbability('reordering', probability)
  }

  /** Messages to and from these endpoints (all, if none are given) take so much longer; where both ends do, the longer counts. */
  setExtraDelay(micros: Micros, endpoints?: readonly Endpoint[]): void {
    const delay = checkedMicros('extra delay', micros)
    this.#extraDelays ??= new Float64Array(this.#endpoints)
    if (endpoints === undefined) this.#extraDelays.fill(delay)
    else for (const endpoint of this.#setOf(endpoints)) this.#extraDelays[endpoint] = delay
    if (this.#extraDelays.every((extra) => extra === 0)) this.#extraDelays = undefined
  }

  /** One link loses a message with this probability, besides what every link loses. */
  setLinkLoss(from: Endpoint, to: Endpoint, probability: number): void {
    this.#setOf([from, to])
    this.#links.setLoss(from, to, checkedProbability('loss', probability))
  }

  /** Messages on one link take so much longer, besides other extra delays. */
  setLinkDelay(from: Endpoint, to: Endpoint, micros: Micros): void {
    this.#setOf([from, to])
    this.#links.setDelay(from, to, checkedMicros('extra delay', micros))
  }

  /** Ends every fault: cuts, loss, duplication, reordering and extra delays. */
  clearFaults(): void {
    this.#links.heal()
    this.#links.clear()
    this.#lossProbability = 0
    this.#duplication = 0
    this.#reordering = 0
    this.#extraDelays = undefined
  }

  /** Occupies the sender's uplink. Returns when the last bit has passed the slower of the two ends. */
  #transmit(from: Endpoint, to: Endpoint, bytes: number, now: Micros): number {
    const upload = this.#uploadMicrosPerByte[from] as number
    const download = this.#downloadMicrosPerByte[to] as number
    const free = this.#uplinkFree[from] as number
    const start = Math.max(free, now)
    this.#uplinkFree[from] = start + bytes * upload
    return start + bytes * Math.max(upload, download)
  }

  #drawLatency(from: Endpoint, to: Endpoint, random: Random): number {
    return this.#latency.draw(this.#regions[from] as number, this.#regions[to] as number, random)
  }

  #loss(from: Endpoint, to: Endpoint): number {
    const link = this.#links.loss(from, to)
    return link === 0 ? this.#lossProbability : 1 - (1 - this.#lossProbability) * (1 - link)
  }

  #extraDelay(from: Endpoint, to: Endpoint): number {
    const link = this.#links.delay(from, to)
    const extra = this.#extraDelays
    if (extra === undefined) return link
    return link + Math.max(extra[from] as number, extra[to] as number)
  }

  /** Before the network is stable nothing is lost: it waits. */
  #hold(latency: number): number {
    this.arrivalMicros[0] = Math.ceil(this.#scheduler.heldArrival(latency))
    return 1
  }

  #lose(reason: 'cut' | 'loss'): number {
    this.lostBecause = reason
    return 0
  }

  #setOf(endpoints: readonly Endpoint[]): Set<Endpoint> {
    for (const endpoint of endpoints) this.#at(this.#regions, endpoint)
    return new Set(endpoints)
  }

  #at<T>(list: ArrayLike<T>, endpoint: Endpoint): T {
    const element = list[endpoint]
    if (element !== undefined) return element
    const nodes = this.neighbours.length
    const clients = this.#endpoints > nodes ? `, clients ${nodes} to ${this.#endpoints - 1}` : ''
    throw new RangeError(`no endpoint ${endpoint}: nodes are 0 to ${nodes - 1}${clients}`)
  }
}

/** The region of each endpoint. */
function placed(
  profile: NetworkProfile,
  nodes: number,
  endpoints: number,
  random: Random,
): Int32Array {
  const { placement, regions } = profile
  const clients = endpoints - nodes
  switch (placement.kind) {
    case 'roundRobin':
      return Int32Array.from({ length: endpoints }, (_, endpoint) => endpoint % regions.length)
    case 'shares': {
      let sum = 0
      const cumulative = placement.shares.map((share) => (sum += share))
      const ofNodes = drawnByShare(cumulative, nodes, random.split('nodes'))
      return Int32Array.from([
        ...ofNodes,
        ...drawnByShare(cumulative, clients, random.split('clients')),
      ])
    }
  }
}

/** Whom each node has a link to. */
function linked(profile: NetworkProfile, nodes: number, random: Random): number[][] {
  const { topology } = profile
  switch (topology.kind) {
    case 'mesh':
      return fullMesh(nodes)
    case 'peers': {
      const degrees = drawnByShare(topology.outboundDegreeCumulative, nodes, random)
      return peerGraph(
        degrees.map((degree) => degree + 1),
        random,
      )
    }
  }
}

function microsPerByte(bitsPerSecond: readonly number[], regions: Int32Array): Float64Array {
  return Float64Array.from(regions, (region) => 8_000_000 / (bitsPerSecond[region] as number))
}

function checkedProbability(what: string, probability: number): number {
  if (probability >= 0 && probability <= 1) return probability
  throw new RangeError(`${what} ${probability}: must be a probability from 0 to 1`)
}

function checkedMicros(what: string, micros: Micros): Micros {
  if (Number.isSafeInteger(micros) && micros >= 0) return micros
  throw new RangeError(`${what} ${micros}: must be an integer of microseconds from 0`)
}
