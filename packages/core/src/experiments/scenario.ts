/**
 * A scenario: everything that decides a run, as data. The same scenario gives the same run, event
 * for event, on every machine. All but the protocol has a sensible value when it is left out.
 */
export interface Scenario {
  /** `raft`, or a planted bug of it: `raft+vote-not-persisted`. */
  readonly protocol: string
  /** One line for people. */
  readonly title?: string
  readonly seed?: number
  readonly nodes?: number
  /** A profile (`lan`, `zones`, `wan`, `bitcoin`), or a network of one's own. */
  readonly network?: string | { readonly [key: string]: unknown }
  /** `sync`, `partial:5s` (an adversary schedules until then) or `async`; left out, the network as measured. */
  readonly synchrony?: string
  /** `crash:leader@5s+3s`, `partition:0,1|2,3,4@10s+5s`, `loss:5%@0s`, and so on. */
  readonly faults?: readonly string[]
  /** Draw faults, and their rates, from the seed; then heal and demand progress. */
  readonly chaos?: boolean
  /** `3=silent`, `2=delayed:500ms`, `0=twins`, `1=corrupting:10%`, or an attack of the protocol's own. */
  readonly byzantine?: readonly string[]
  /** More Byzantine nodes than the protocol tolerates are meant. */
  readonly allowExcessFaults?: boolean
  /** How long the run lasts in virtual time: `60s`. */
  readonly for?: string
  /** Ends the run after so many decisions: commands of a log, blocks of a chain. */
  readonly until?: number
  /** `key-value`, `proposals`, `payments` or `none`. */
  readonly workload?: string
  readonly clients?: number
  /** What a client waits between an answer and its next request: `20ms`. */
  readonly thinkTime?: string
  /** Operations a second of all clients together, due whether or not earlier ones were answered: an open loop. */
  readonly rate?: number
  /** The share of a key-value workload's operations that only read. */
  readonly reads?: number
  /** The protocol's own numbers, by name. */
  readonly parameters?: { readonly [name: string]: number }
  /** How messages pass: `reference`, `frozen` or `encoded`. */
  readonly passing?: string
  /** `none` (writes are durable at once), `usual`, or the time of one sync: `2ms`. */
  readonly disk?: string
  /** The hash power of each node as shares; left out, all have the same. */
  readonly hashPower?: readonly number[]
  /** Let an administrator change the members, and hand over the leadership, while the run goes on. */
  readonly membershipChanges?: boolean
  /** Faults that strike once so many events have happened, rather than at a time (theirs says nothing): what a hand on the controls did. */
  readonly interventions?: readonly { readonly event: number; readonly fault: string }[]
  /**
   * All that happens beside the faults, and nothing else does: what clients ask, which messages and
   * answers arrive, which timers go off. `ask:0.1>2:put k1 v1@12ms+1ms` (client 0's operation 1, of
   * node 2), `deliver:1>0:requestVote@152ms+1ms` (sent at 152 ms, by the step of that time),
   * `answer:2>0@14ms+1ms` (to client 0), `timeout:1:election@150ms`. What is not listed is still to
   * come when the run ends.
   */
  readonly steps?: readonly string[]
  /** What the run should show, and of which property; anything else makes it fail. */
  readonly expect?: { readonly verdict: string; readonly property?: string }
  /** Where the JSON Schema of the file is, for editors. */
  readonly $schema?: string
}

/** A scenario that cannot be run. The message is one line that says what is wrong, where, and what would be right. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'

  constructor(message: string) {
    // What was given is quoted, whatever it was: line breaks and control characters are written out.
    super(message.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1)))
  }
}

/**
 * The JSON Schema of a scenario file, for editors and validators: `docs/scenario.schema.json` is a
 * copy. It checks the shape; `planOf` checks what the texts say.
 */
export const scenarioSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Quorate scenario',
  description: 'Everything that decides a simulated run. The same scenario gives the same run.',
  type: 'object',
  required: ['protocol'],
  additionalProperties: false,
  properties: {
    protocol: {
      type: 'string',
      description: 'A protocol, or a planted bug of it: raft, raft+vote-not-persisted',
    },
    title: { type: 'string', description: 'One line for people' },
    seed: {
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'What everything random comes from; 1 if left out',
    },
    nodes: { type: 'integer', minimum: 1, maximum: 10_000 },
    network: {
      description: 'lan, zones, wan or bitcoin, or a network of one’s own: regions and roundTripMs',
      type: ['string', 'object'],
    },
    synchrony: {
      type: 'string',
      description: 'sync, partial:5s or async; left out, the network as measured',
    },
    faults: {
      type: 'array',
      items: { type: 'string' },
      description: 'What strikes, when and for how long: crash:leader@5s+3s, loss:5%@0s',
    },
    chaos: {
      type: 'boolean',
      description: 'Draw faults from the seed, then heal and demand progress',
    },
    byzantine: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Who does not follow the protocol: 3=silent, 2=delayed:500ms, 0=twins, 1=corrupting:10%, or an attack of the protocol’s own',
    },
    allowExcessFaults: {
      type: 'boolean',
      description: 'More Byzantine nodes than the protocol tolerates are meant',
    },
    for: { type: 'string', description: 'How long, in virtual time, with its unit: 60s' },
    until: {
      type: 'integer',
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'End after so many decisions: commands of a log, blocks of a chain',
    },
    workload: { enum: ['key-value', 'proposals', 'payments', 'none'] },
    clients: { type: 'integer', minimum: 0, maximum: 10_000 },
    thinkTime: {
      type: 'string',
      description: 'Between an answer and a client’s next request, with its unit: 20ms',
    },
    rate: {
      type: 'number',
      minimum: 0.001,
      maximum: 1_000_000,
      description:
        'Operations a second of all clients together, whether or not earlier ones were answered',
    },
    reads: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'The share of the operations that only read; half if left out',
    },
    parameters: {
      type: 'object',
      additionalProperties: { type: 'number' },
      description: 'The protocol’s own numbers, by name: quorate list has them',
    },
    passing: {
      enum: ['reference', 'frozen', 'encoded'],
      description: 'How messages pass inside the simulator; all three give the same run',
    },
    disk: { type: 'string', description: 'none, usual, or the time of one sync: 2ms' },
    hashPower: {
      type: 'array',
      items: { type: 'number', minimum: 0 },
      description: 'The hash power of each node, as shares',
    },
    membershipChanges: {
      type: 'boolean',
      description: 'Change the members, and hand over the leadership, while the run goes on',
    },
    interventions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['event', 'fault'],
        additionalProperties: false,
        properties: {
          event: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
          fault: { type: 'string' },
        },
      },
      description: 'Faults that strike once so many events have happened',
    },
    steps: {
      type: 'array',
      items: { type: 'string' },
      description:
        'All that happens beside the faults: ask:0.1>2:put k1 v1@12ms+1ms, deliver:1>0:requestVote@152ms+1ms, answer:2>0@14ms+1ms, timeout:1:election@150ms',
    },
    expect: {
      type: 'object',
      required: ['verdict'],
      additionalProperties: false,
      properties: {
        verdict: { enum: ['held', 'violated', 'inconclusive'] },
        property: { type: 'string' },
      },
      description: 'What the run should show, and of which property',
    },
    $schema: { type: 'string', description: 'Where this schema is, for editors' },
  },
} as const
