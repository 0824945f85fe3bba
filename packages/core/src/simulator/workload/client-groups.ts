import type { NodeId, Reply } from '../../model/index.ts'
import type { Workload, World } from '../world.ts'

/** Several workloads in one world: each has a run of consecutive clients. */
export class ClientGroups implements Workload {
  private readonly groups: readonly { readonly workload: Workload; readonly firstClient: number }[]

  /** @param groups in ascending order of their first client */
  constructor(groups: readonly { readonly workload: Workload; readonly firstClient: number }[]) {
    this.groups = groups
  }

  start(world: World): void {
    for (const { workload } of this.groups) workload.start(world)
  }

  woken(world: World, client: number, tag: number): void {
    this.groupOf(client).woken(world, client, tag)
  }

  replied(world: World, client: number, reply: Reply, from: NodeId): void {
    this.groupOf(client).replied(world, client, reply, from)
  }

  private groupOf(client: number): Workload {
    const group = this.groups.findLast(({ firstClient }) => firstClient <= client)
    if (!group) throw new RangeError(`client ${client} is in no group`)
    return group.workload
  }
}
