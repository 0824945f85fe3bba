import type { Coin, Coins } from './coins.ts'
import type { Outpoint } from './transaction.ts'

/** What a block does to the coins of its branch. One that it creates anew under an old name counts as spent first. */
export interface CoinChange {
  /** The coins of earlier blocks that the block spends. */
  readonly spent: readonly Outpoint[]
  readonly spentCoins: readonly Coin[]
  /** The coins of the block that it does not spend itself. */
  readonly created: readonly Outpoint[]
  readonly createdCoins: readonly Coin[]
}

const noChange: CoinChange = { spent: [], spentCoins: [], created: [], createdCoins: [] }

/** The one table of a family of sets, and whose contents it has at present. */
interface Table {
  readonly coins: Coins
  at: CoinSet
}

/**
 * All unspent outputs at some block: immutable, so that any number of nodes hold one set.
 *
 * A set is made from another by a change, and the same change makes the same set again. All sets of
 * such a family have one table between them, which is brought to whichever is asked, change by change
 * (Baker, "Shallow binding makes functional arrays fast", 1991). Nodes on one chain ask for its newest
 * sets, so that the table hardly moves; a thousand of them need no more memory than one.
 */
export class CoinSet {
  readonly size: number
  readonly #table: Table
  /** What this set was made from, how, and in how many steps from the first of the family. */
  readonly #before: CoinSet | undefined
  readonly #change: CoinChange
  readonly #depth: number
  /** The sets that were made from this one. */
  readonly #after: CoinSet[] = []

  private constructor(before: CoinSet | undefined, change: CoinChange, coins: Coins) {
    this.#before = before
    this.#change = change
    this.#depth = before === undefined ? 0 : before.#depth + 1
    this.#table = before === undefined ? { coins, at: this } : before.#table
    const grown = change.created.length - change.spent.length
    this.size = before === undefined ? coins.size : before.size + grown
  }

  /** The first set of a family: these coins, which are its own from now on. */
  static of(coins: Coins): CoinSet {
    return new CoinSet(undefined, noChange, coins)
  }

  get(outpoint: Outpoint): Coin | undefined {
    return this.table.get(outpoint)
  }

  has(outpoint: Outpoint): boolean {
    return this.table.has(outpoint)
  }

  /** All coins by name, until another set of the family is asked. Whoever changes the table puts it back. */
  get table(): Coins {
    if (this.#table.at !== this) CoinSet.#bring(this.#table, this)
    return this.#table.coins
  }

  /** The set after a change, or the first coin to be spent that is not there. */
  after(change: CoinChange): CoinSet | Outpoint {
    for (const known of this.#after) if (known.#change === change) return known
    const { table } = this
    const missing = change.spent.find((outpoint) => !table.has(outpoint))
    return missing ?? this.#make(change)
  }

  /**
   * The set before a change: the very one that it was made from, where the change is undone in full.
   * @param restored what of the coins that the change spent comes back
   * @throws Error if a coin that the change created is not there
   */
  undo(change: CoinChange, restored: readonly (readonly [Outpoint, Coin])[]): CoinSet {
    const before = this.#before
    if (before !== undefined && this.#change === change && isWhole(change, restored)) return before
    const { created } = change
    const { table } = this
    const spentCoins = created.map((outpoint) => {
      const coin = table.get(outpoint)
      if (coin === undefined) throw new Error(`cannot undo: ${outpoint} is not unspent`)
      return coin
    })
    return this.#make({
      spent: created,
      spentCoins,
      created: restored.map(([outpoint]) => outpoint),
      createdCoins: restored.map(([, coin]) => coin),
    })
  }

  #make(change: CoinChange): CoinSet {
    const made = new CoinSet(this, change, this.#table.coins)
    this.#after.push(made)
    return made
  }

  /** Moves a table from where it is to a set of its family, by way of what both were made from. */
  static #bring(table: Table, target: CoinSet): void {
    const ahead: CoinSet[] = []
    let goal = target
    while (goal !== table.at) {
      if (goal.#depth > table.at.#depth) {
        ahead.push(goal)
        goal = goal.#before as CoinSet
      } else {
        const { spent, spentCoins, created } = table.at.#change
        replace(table.coins, created, spent, spentCoins)
        table.at = table.at.#before as CoinSet
      }
    }
    for (const next of ahead.reverse()) {
      const { spent, created, createdCoins } = next.#change
      replace(table.coins, spent, created, createdCoins)
    }
    table.at = target
  }
}

function replace(
  coins: Coins,
  removed: readonly Outpoint[],
  added: readonly Outpoint[],
  addedCoins: readonly Coin[],
): void {
  for (const outpoint of removed) coins.delete(outpoint)
  for (let i = 0; i < added.length; i += 1) coins.set(added[i] as Outpoint, addedCoins[i] as Coin)
}

function isWhole(
  { spent, spentCoins }: CoinChange,
  restored: readonly (readonly [Outpoint, Coin])[],
): boolean {
  return (
    restored.length === spent.length &&
    restored.every(([outpoint, coin], i) => outpoint === spent[i] && coin === spentCoins[i])
  )
}
