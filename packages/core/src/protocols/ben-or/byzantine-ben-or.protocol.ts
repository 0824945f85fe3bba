import type { Protocol } from '../../model/index.ts'
import { benOrInvariants, byzantineBenOrCheckers } from './ben-or.invariants.ts'
import { benOr } from './ben-or.protocol.ts'
import { byzantineBenOrVariety } from './ben-or.variety.ts'
import { byzantineBenOrWorlds } from './ben-or.worlds.ts'
import { byzantineBenOrAttacks } from './byzantine-ben-or.attacks.ts'
import { byzantineBenOrMutants } from './byzantine-ben-or.mutants.ts'
import { ByzantineBenOr } from './byzantine-ben-or.ts'

export const byzantineBenOr: Protocol<ByzantineBenOr> = {
  ...benOr,
  name: 'ben-or-byzantine',
  title: 'Ben-Or, Byzantine',
  summary: 'Ben-Or’s second protocol: agrees on a bit by coins though some nodes lie.',
  family: 'byzantine',
  faults: 'nodes do whatever they like; messages take as long as they like, but arrive',
  resilience: { bound: 'n > 5f', maximumFaulty: (nodes) => Math.floor((nodes - 1) / 5) },
  usualNodes: 6,
  node: ByzantineBenOr,
  checkers: byzantineBenOrCheckers,
  invariants: benOrInvariants,
  worlds: byzantineBenOrWorlds,
  mutants: byzantineBenOrMutants,
  attacks: byzantineBenOrAttacks,
  beyond: [
    {
      name: 'n = 5f',
      what: 'one liar among five, who tells half of them one thing and half another, divides them',
      scenario: {
        nodes: 5,
        synchrony: 'async',
        byzantine: ['4=equivocates'],
        allowExcessFaults: true,
        expect: { verdict: 'violated', property: 'agreement' },
      },
      seeds: 200,
    },
    {
      name: 'two silent of six',
      what: 'everybody waits for five of six: two silent nodes stop them, and nobody decides wrongly',
      scenario: {
        nodes: 6,
        byzantine: ['4=silent', '5=silent'],
        allowExcessFaults: true,
        for: '10s',
        expect: { verdict: 'inconclusive' },
      },
      seeds: 1,
    },
  ],
  variety: byzantineBenOrVariety,
}
