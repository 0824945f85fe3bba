export const benOrParameters = {
  commonCoin: {
    what: '0: each node tosses a coin of its own (Ben-Or); 1: all see the same coin (Rabin)',
    unit: 'of 0 and 1',
    initial: 0,
    minimum: 0,
    maximum: 1,
  },
  coinSeed: {
    what: 'from which the sides of the common coin follow, round by round, as dealt in advance',
    unit: 'seed',
    initial: 1,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
  },
} as const
