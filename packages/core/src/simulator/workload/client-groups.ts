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

  woken(world: World, client: number): void {
    this.groupOf(client).woken(world, client)
  }

  replied(world: World, client: number, reply: Reply, from: NodeId): void {
    this.groupOf(client).replied(world, client, reply, from)
  }

  private groupOf(client: number): Workload {
    for (let i = this.groups.length - 1; i >= 0; i--) {
      const group = this.groups[i]
      if (group && group.firstClient <= client) return group.workload
    }
    throw new RangeError(`client ${client} is in no group`)
  }
}
