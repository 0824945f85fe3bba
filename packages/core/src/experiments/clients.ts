import type { Micros, RequestForms } from '../model/index.ts'
import { Administrator } from '../simulator/workload/administrator.ts'
import { ClientGroups } from '../simulator/workload/client-groups.ts'
import { KeyValueWorkload, usualKeyValueSettings } from '../simulator/workload/key-value.ts'
import { PaymentWorkload } from '../simulator/workload/payments.ts'
import { ProposalWorkload } from '../simulator/workload/proposals.ts'
import type { Workload } from '../simulator/world.ts'
import { ListedClients } from './listed-clients.ts'
import type { Plan } from './plan.ts'
import { faultyShare } from './plan-figures.ts'

/** Proposals are made within this time from the start, where nodes do not begin in step. */
const proposalSpreadMicros = 10_000

/** How many clients there are: those of the workload, and the administrator. */
export function clientsOf({ clients, membershipChanges }: Plan): number {
  return clients + (membershipChanges ? 1 : 0)
}

/** The clients of a run: those of its workload, and an administrator where the members change. */
export class Clients {
  readonly keyValue: KeyValueWorkload | undefined
  readonly proposals: ProposalWorkload | undefined
  readonly payments: PaymentWorkload | undefined
  /** In the place of all others, where the steps of the run are listed. */
  readonly listed: ListedClients | undefined
  /** All of them together; undefined where there is nobody. */
  readonly all: Workload | undefined

  /**
   * @param onLatency told how long each answer took
   * @param requests the forms that commands are put in: the protocol's own, or such as remember what they are asked for
   */
  constructor(
    plan: Plan,
    onLatency: (micros: Micros) => void,
    requests: RequestForms = plan.protocol.requests,
  ) {
    if (plan.steps) {
      const asks = plan.steps.filter((step) => step.kind === 'ask')
      const { nodes } = plan
      const size = { nodes, endpoints: clientsOf(plan) }
      this.listed = new ListedClients(asks, requests, plan.protocol.clients, size)
      this.all = this.listed
      return
    }
    const { read, write, propose, pay } = requests
    if (plan.workload === 'key-value' && read && write) {
      this.keyValue = new KeyValueWorkload(
        {
          ...usualKeyValueSettings,
          clients: plan.clients,
          thinkMicros: plan.thinkMicros ?? usualKeyValueSettings.thinkMicros,
          operationsPerSecond: plan.operationsPerSecond,
          readShare: plan.readShare ?? usualKeyValueSettings.readShare,
        },
        { read, write },
        plan.protocol.clients,
      )
    }
    if (plan.workload === 'proposals' && propose) {
      this.proposals = new ProposalWorkload(
        {
          clients: plan.clients,
          values: plan.protocol.proposedValues,
          spreadMicros: plan.protocol.synchrony === 'synchronous' ? 0 : proposalSpreadMicros,
          timeoutMicros: 2_000_000,
        },
        propose,
      )
    }
    if (plan.workload === 'payments' && pay) {
      const spacingMicros = (plan.parameters.targetSpacingSeconds ?? 1) * 1_000_000
      this.payments = new PaymentWorkload(
        {
          clients: plan.clients,
          maximumAmount: 1_000_000,
          fee: 1_000,
          thinkMicros: plan.thinkMicros ?? spacingMicros,
          timeoutMicros: 5 * spacingMicros,
        },
        pay,
      )
    }
    const ofWorkload = this.keyValue ?? this.proposals ?? this.payments
    if (ofWorkload) ofWorkload.onLatency = onLatency
    this.all = this.together(plan, ofWorkload, requests)
  }

  private together(
    plan: Plan,
    ofWorkload: Workload | undefined,
    requests: RequestForms,
  ): Workload | undefined {
    const groups = ofWorkload ? [{ workload: ofWorkload, firstClient: 0 }] : []
    if (plan.membershipChanges) {
      const pace = Math.max(200_000, plan.endMicros / 20)
      const until = plan.endMicros * faultyShare
      const administrator = new Administrator(requests, plan.clients, pace, until)
      groups.push({ workload: administrator, firstClient: plan.clients })
    }
    return groups.length > 0 ? new ClientGroups(groups) : undefined
  }
}
