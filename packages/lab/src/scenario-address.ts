import { type Scenario, ScenarioError, scenarioFrom } from '@quorate/core/experiments'

/** One setting of a scenario as text: the name of the command line's flag, and what follows it. */
export type Setting = readonly [name: string, text: string]

/** The settings, by the names of the command line's flags, and how their text is read. */
const readers: { readonly [name: string]: Reader } = {
  protocol: { kind: 'text', field: 'protocol' },
  nodes: { kind: 'number', field: 'nodes' },
  network: { kind: 'text', field: 'network' },
  chaos: { kind: 'switch', field: 'chaos' },
  seed: { kind: 'number', field: 'seed' },
  for: { kind: 'text', field: 'for' },
  until: { kind: 'number', field: 'until' },
  passing: { kind: 'text', field: 'passing' },
  synchrony: { kind: 'text', field: 'synchrony' },
  fault: { kind: 'list', field: 'faults' },
  byzantine: { kind: 'list', field: 'byzantine' },
  'allow-excess-faults': { kind: 'switch', field: 'allowExcessFaults' },
  workload: { kind: 'text', field: 'workload' },
  clients: { kind: 'number', field: 'clients' },
  reads: { kind: 'number', field: 'reads' },
  param: { kind: 'parameters', field: 'parameters' },
  disk: { kind: 'text', field: 'disk' },
  'hash-power': { kind: 'shares', field: 'hashPower' },
  'membership-changes': { kind: 'switch', field: 'membershipChanges' },
}

interface Reader {
  /** A `list` and `parameters` may be given several times, the others once. */
  readonly kind: 'text' | 'number' | 'switch' | 'list' | 'parameters' | 'shares'
  readonly field: keyof Scenario
}

/**
 * The settings in the fragment of a page's address: `#protocol=raft&nodes=5&chaos&seed=7`.
 * @throws ScenarioError for an address that is no text
 */
export function settingsOf(fragment: string): Setting[] {
  const parts = fragment
    .replace(/^#/, '')
    .split('&')
    .filter((part) => part !== '')
  return parts.map((part) => {
    const [name = '', ...text] = part.split('=')
    return [decoded(name), decoded(text.join('='))]
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ScenarioError(`the address has '${text}': write a % that is meant as such as %25`)
  }
}

/** The fragment of these settings, without its `#`: as readable as an address may be. */
export function fragmentOf(settings: readonly Setting[]): string {
  const parts = settings.map(([name, text]) => {
    const encodedName = encodeURIComponent(name.toWellFormed())
    return text === '' ? encodedName : `${encodedName}=${readablyEncoded(text)}`
  })
  return parts.join('&')
}

function readablyEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%(?:2B|2C|2F|3A|3D|40)/g, (code) =>
    decodeURIComponent(code),
  )
}

/**
 * The scenario that settings describe.
 * @throws ScenarioError: one line that says what is wrong, where, and what would be right
 */
export function scenarioOf(settings: readonly Setting[]): Scenario {
  const scenario: { [field: string]: unknown } = {}
  for (const [name, text] of settings) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (!reader) {
      const known = Object.keys(readers).join(', ')
      throw new ScenarioError(`there is no setting '${name}': there are ${known}`)
    }
    scenario[reader.field] = read(reader, name, text, scenario[reader.field])
  }
  return scenarioFrom(scenario)
}

function read({ kind }: Reader, name: string, text: string, earlier: unknown): unknown {
  if (earlier !== undefined && kind !== 'list' && kind !== 'parameters')
    throw new ScenarioError(`${name} is given twice: give it once`)
  switch (kind) {
    case 'text':
      return text
    case 'number':
      return wholeNumberOf(name, text)
    case 'switch':
      return switchOf(name, text)
    case 'list':
      return [...((earlier as readonly string[] | undefined) ?? []), text]
    case 'parameters':
      return { ...(earlier as Scenario['parameters']), ...parameterOf(text) }
    case 'shares':
      return text.split(',').map((share) => numberOf(share, `${name} '${text}'`, '3,1,1'))
  }
}

function wholeNumberOf(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new ScenarioError(`${name} is '${text}': it must be a whole number, 0 or more`)
  return value
}

function switchOf(name: string, text: string): boolean {
  if (text === '' || text === 'true') return true
  if (text === 'false') return false
  throw new ScenarioError(`${name} is '${text}': write ${name} alone, or =true or =false`)
}

function parameterOf(text: string): { [name: string]: number } {
  const [name = '', value = ''] = text.split('=')
  if (name === '') throw new ScenarioError(`param '${text}': write it like heartbeatMs=50`)
  return { [name]: numberOf(value, `param '${text}'`, 'heartbeatMs=50') }
}

function numberOf(text: string, place: string, example: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new ScenarioError(`${place}: write it like ${example}`)
  return value
}
