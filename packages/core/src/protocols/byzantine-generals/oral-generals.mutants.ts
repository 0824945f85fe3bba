import type { Mutant, NodeId } from '../../model/index.ts'
import { commander } from './generals.messages.ts'
import { fiveGenerals } from './generals.worlds.ts'
import { OralGenerals } from './oral-generals.ts'
import type { Order } from './order.ts'
import type { RelayPath } from './relay-path.ts'

class StopsOneRoundEarly extends OralGenerals {
  override get lastRound(): number {
    return this.parameters.traitors
  }
}

class BelievesCommander extends OralGenerals {
  override verdict(): Order {
    return this.heardAlong([commander])
  }
}

class BreaksTiesItsOwnWay extends OralGenerals {
  override majority(values: readonly Order[]): Order {
    const attacks = values.filter((value) => value === 'attack').length
    return 2 * attacks === values.length ? (values[0] as Order) : super.majority(values)
  }
}

class LeavesOutOwnValue extends OralGenerals {
  override majority(values: readonly Order[]): Order {
    return super.majority(values.length > 1 ? values.slice(1) : values)
  }
}

class BelievesAnySpeaker extends OralGenerals {
  override isSaidBy(_from: NodeId, _path: RelayPath): boolean {
    return true
  }
}

class CountsAttacksAlone extends OralGenerals {
  override majority(values: readonly Order[]): Order {
    return values.includes('attack') ? 'attack' : 'retreat'
  }
}

export const oralMutants: readonly Mutant<OralGenerals>[] = [
  {
    name: 'one-round-fewer',
    bug: 'orders are passed on m - 1 times: OM(m - 1) against m traitors (§3)',
    breaks: ['IC1', 'agreement', 'IC2'],
    node: StopsOneRoundEarly,
  },
  {
    name: 'commander-believed',
    bug: 'a lieutenant obeys what the commander said to it, whatever he said to others (figure 2)',
    breaks: ['IC1', 'agreement'],
    node: BelievesCommander,
  },
  {
    name: 'tie-to-own-value',
    bug: 'where there is no majority a lieutenant takes its own value instead of the default (§3)',
    breaks: ['IC1', 'IC2', 'agreement'],
    node: BreaksTiesItsOwnWay,
    // Of an even number of values half may be attacks.
    scenario: { nodes: 5 },
    world: fiveGenerals,
  },
  {
    name: 'own-value-left-out',
    bug: 'the majority is taken of what the others passed on, without what the commander said (§3, step 3)',
    breaks: ['IC1', 'IC2', 'agreement'],
    node: LeavesOutOwnValue,
  },
  {
    name: 'sender-unchecked',
    bug: 'what is said in the name of another general is believed (A2)',
    breaks: ['IC1', 'IC2', 'agreement'],
    node: BelievesAnySpeaker,
  },
  {
    name: 'one-attack-suffices',
    bug: 'one voice for attack outweighs a majority for retreat (§3, step 3)',
    breaks: ['IC1', 'IC2', 'agreement'],
    node: CountsAttacksAlone,
  },
]
