import { planOf } from '../../experiments/plan.ts'
import { propertiesKnown } from '../../experiments/properties.ts'
import { decode, encode, parameterValues, type Type } from '../../model/index.ts'
import type { ProtocolTest } from './protocol-conformance.ts'
import type { ProtocolUnderTest } from './protocol-under-test.ts'
import { mustEqual, mustHold } from './trial.ts'

const commandName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

function mustBeLine(what: string, text: string): void {
  mustHold(/^\S([^\n]*\S)?$/.test(text), `${what} must be one line: ${JSON.stringify(text)}`)
}

function mustBeDistinct(what: string, names: readonly string[]): void {
  mustEqual(`${what}, each once`, [...new Set(names)], names)
}

function describesItself({ protocol }: ProtocolUnderTest): void {
  mustHold(commandName.test(protocol.name), `the name '${protocol.name}' cannot be typed`)
  for (const [what, text] of Object.entries({
    title: protocol.title,
    summary: protocol.summary,
    faults: protocol.faults,
    'resilience.bound': protocol.resilience.bound,
    'paper.authors': protocol.paper.authors,
    'paper.title': protocol.paper.title,
  })) {
    mustBeLine(what, text)
  }
  mustHold(protocol.summary.endsWith('.'), `the summary is no sentence: ${protocol.summary}`)
  const { year } = protocol.paper
  mustHold(Number.isInteger(year) && year > 1970 && year < 2100, `the paper is of ${year}`)
  const { largestJumpMicros, largestDriftPpm } = protocol.clocks
  mustHold(largestJumpMicros >= 0 && largestDriftPpm >= 0, 'clocks: errors are not negative')
}

function saysWhatItTolerates({ protocol }: ProtocolUnderTest): void {
  const { resilience, usualNodes } = protocol
  mustHold(Number.isInteger(usualNodes) && usualNodes > 0, `usually ${usualNodes} nodes`)
  let last = 0
  for (let nodes = 1; nodes <= 50; nodes += 1) {
    const faulty = resilience.maximumFaulty(nodes)
    const possible = Number.isInteger(faulty) && faulty >= last && faulty <= nodes
    mustHold(possible, `of ${nodes} nodes, ${faulty} may be faulty, of ${nodes - 1} it was ${last}`)
    last = faulty
  }
  const usually = resilience.maximumFaulty(usualNodes)
  mustHold(usually > 0, `with the usual ${usualNodes} nodes it tolerates no fault`)
}

function namesRoles({ protocol }: ProtocolUnderTest): void {
  const { roles, leader } = protocol
  mustHold(roles.length > 0, 'there is no role')
  mustBeDistinct('roles', roles)
  for (const role of roles) mustHold(commandName.test(role), `the role '${role}' cannot be typed`)
  mustHold(leader === undefined || roles.includes(leader), `'${leader}' leads, and is no role`)
}

function declaresParameters({ protocol }: ProtocolUnderTest): void {
  const { parameters } = protocol.node.schema
  for (const [name, { what, unit, initial, minimum, maximum }] of Object.entries(parameters)) {
    mustBeLine(`what ${name} is`, what)
    mustBeLine(`the unit of ${name}`, unit)
    const inOrder = minimum <= initial && initial <= maximum
    mustHold(inOrder, `${name} is ${initial} at first, and must be ${minimum} to ${maximum}`)
  }
  mustEqual('the initial values', parameterValues(parameters), initialOf(parameters))
}

function initialOf(parameters: { readonly [name: string]: { readonly initial: number } }): {
  [name: string]: number
} {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { initial }]) => [name, initial]),
  )
}

function declaresSchema({ protocol }: ProtocolUnderTest): void {
  const { node } = protocol
  mustBeDistinct('timers', node.schema.timers)
  mustHold(node.schema.message.kinds.length > 0, 'it has no messages')
  // The base of every class checks the rest when it is made.
  const isDurable = node.state.durable.names.length > 0
  const records = node.schema.record.kinds.length > 0
  mustHold(isDurable === records, 'durable fields and records come together')
}

function formsRequests({ protocol }: ProtocolUnderTest): void {
  const { requests, node } = protocol
  const body = Uint8Array.of(1, 2, 3)
  const commands = [
    requests.write?.(body, Uint8Array.of(4)),
    requests.read?.(body, false),
    requests.read?.(body, true),
    requests.configure?.([0, 1, 2], [3]),
    requests.transfer?.(1),
    requests.transfer?.(undefined),
    requests.pay?.(1, 1_000, 10),
    requests.propose?.(body),
  ].filter((command) => command !== undefined)
  const type = node.schema.command as Type<unknown>
  for (const command of commands) {
    const back = decode(type, encode(type, command))
    mustHold(type.equal(back, command), `a request changes on its way: ${JSON.stringify(command)}`)
  }
}

function checksFreshly(under: ProtocolUnderTest): void {
  const { protocol } = under
  const { nodes, parameters } = under.plan(1, 'reference')
  const context = {
    nodes: Array.from({ length: nodes }, (_, node) => node),
    parameters,
    byzantine: new Set<number>(),
  }
  const [first, second] = [protocol.checkers(context), protocol.checkers(context)]
  mustBeDistinct('properties', propertiesKnown(under.plan(1, 'reference')))
  for (const checker of first) {
    mustHold(!second.includes(checker), `${checker.property}: two runs share a checker`)
    mustHold(checker.violation === undefined, `${checker.property} is violated before any run`)
  }
  mustBeDistinct(
    'invariants',
    protocol.invariants.map(({ property }) => property),
  )
  for (const { property, broken } of protocol.invariants) {
    mustHold(broken(new Map()) === undefined, `${property} is broken where no node is alive`)
  }
  mustBeLine('what is told of no node', protocol.narrate(new Map()))
}

function plantsBugs(under: ProtocolUnderTest): void {
  const { protocol } = under
  const known = new Set([
    ...propertiesKnown(under.plan(1, 'reference')),
    ...protocol.invariants.map(({ property }) => property),
  ])
  mustBeDistinct(
    'planted bugs',
    protocol.mutants.map(({ name }) => name),
  )
  for (const { name, bug, breaks, node, parameters } of protocol.mutants) {
    mustHold(commandName.test(name), `the bug '${name}' cannot be typed`)
    mustBeLine(`what is wrong in ${name}`, bug)
    mustHold(breaks.length > 0, `${name} breaks nothing`)
    for (const property of breaks) {
      mustHold(known.has(property), `${name} breaks ${property}, which is no property`)
    }
    mustHold(node !== protocol.node, `${name} is the honest class`)
    mustHold(node.schema === protocol.node.schema, `${name} has a schema of its own`)
    parameterValues(node.schema.parameters, parameters)
  }
}

function namesAttacks({ protocol }: ProtocolUnderTest): void {
  const { attacks, node } = protocol
  mustBeDistinct(
    'attacks',
    attacks.map(({ name }) => name),
  )
  for (const { name, what, node: attacker } of attacks) {
    mustHold(commandName.test(name), `the attack '${name}' cannot be typed`)
    mustBeLine(`what ${name} does`, what)
    mustHold(attacker !== node, `${name} is the honest class`)
    const same = attacker.schema.message === node.schema.message
    mustHold(same, `${name} has messages of its own, which nobody would decode`)
  }
}

function saysWhatIsBeyond({ protocol }: ProtocolUnderTest): void {
  const { beyond } = protocol
  mustBeDistinct(
    'steps beyond',
    beyond.map(({ name }) => name),
  )
  for (const { name, what, scenario, seeds } of beyond) {
    mustBeLine('a step beyond', name)
    mustBeLine(`what is lost: ${name}`, what)
    mustHold(seeds > 0, `${name}: no seed shows it`)
    const { scenario: planned } = planOf({ ...scenario, protocol: protocol.name })
    mustHold(planned.expect !== undefined, `${name}: it does not say what is expected`)
  }
}

/** What a protocol declares of itself drives the command line, the lab and the checkers: it must be whole. */
export function declarationTests(under: ProtocolUnderTest): ProtocolTest[] {
  return [
    { name: 'describes itself', run: () => describesItself(under) },
    { name: 'says how many faults it tolerates', run: () => saysWhatItTolerates(under) },
    { name: 'names its roles, the leader among them', run: () => namesRoles(under) },
    {
      name: 'declares parameters that are in range at first',
      run: () => declaresParameters(under),
    },
    { name: 'declares its messages, records and timers', run: () => declaresSchema(under) },
    { name: 'forms requests that its codec knows', run: () => formsRequests(under) },
    {
      name: 'has properties of different names, checked afresh in every run',
      run: () => checksFreshly(under),
    },
    {
      name: 'names its attacks, made of its own messages',
      run: () => namesAttacks(under),
    },
    {
      name: 'says what is lost one step beyond its model',
      run: () => saysWhatIsBeyond(under),
    },
    {
      name: 'has planted bugs, each of which breaks a property that is checked',
      run: () => plantsBugs(under),
    },
  ]
}
