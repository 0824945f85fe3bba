import type { Micros, NodeId, Reply, RequestForms } from '../../model/index.ts'
import type { Workload, World } from '../world.ts'

/** How often an administrator asks the next node before giving a wish up. */
const attempts = 6

/** An administrator who changes the members and hands over the leadership while the run goes on, once every while. */
export class Administrator implements Workload {
  /** Wishes that were granted. */
  granted = 0
  private readonly forms: RequestForms
  private readonly client: number
  private readonly paceMicros: Micros
  /** Nothing new is asked for after that. */
  private readonly untilMicros: Micros
  private sequence = 0
  private wish: { readonly command: unknown; attempt: number } | undefined

  constructor(forms: RequestForms, client: number, paceMicros: Micros, untilMicros: Micros) {
    this.forms = forms
    this.client = client
    this.paceMicros = paceMicros
    this.untilMicros = untilMicros
  }

  start(world: World): void {
    this.waitFor(world, this.paceMicros)
  }

  woken(world: World): void {
    if (this.wish) this.again(world, world.workloadRandom.below(world.options.nodes))
    else if (world.nowMicros < this.untilMicros) {
      const command = this.drawWish(world)
      if (command === undefined) return
      this.wish = { command, attempt: 0 }
      this.again(world, world.workloadRandom.below(world.options.nodes))
    }
  }

  replied(world: World, _client: number, reply: Reply): void {
    if (!this.wish || reply.request.sequence !== this.sequence) return
    if (reply.outcome.kind === 'refused' && reply.outcome.leader !== undefined) {
      this.again(world, reply.outcome.leader)
      return
    }
    if (reply.outcome.kind === 'done') {
      this.granted++
      this.wish = undefined
    }
    this.waitFor(world, this.paceMicros)
  }

  private again(world: World, node: NodeId): void {
    const { wish } = this
    if (!wish || wish.attempt >= attempts) {
      this.wish = undefined
      this.waitFor(world, this.paceMicros)
      return
    }
    wish.attempt++
    this.sequence++
    world.request(this.client, node, wish.command, { client: this.client, sequence: this.sequence })
    this.waitFor(world, this.paceMicros)
  }

  private drawWish(world: World): unknown {
    const random = world.workloadRandom
    const nodes = world.hosts.map((host) => host.self)
    random.shuffle(nodes)
    if (this.forms.transfer && random.bernoulli(0.3)) {
      return this.forms.transfer(random.bernoulli(0.5) ? nodes[0] : undefined)
    }
    const voters = nodes.slice(0, 1 + random.below(nodes.length))
    const learners = nodes.slice(voters.length).filter(() => random.bernoulli(0.3))
    const ascending = (left: number, right: number) => left - right
    return this.forms.configure?.(voters.sort(ascending), learners.sort(ascending))
  }

  private waitFor(world: World, micros: Micros): void {
    const delay = 1 + Math.round(world.workloadRandom.exponential(micros))
    world.wakeAt(world.nowMicros + delay, this.client)
  }
}
