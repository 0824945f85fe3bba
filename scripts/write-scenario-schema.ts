// Writes docs/scenario.schema.json, the JSON Schema of a scenario file, from its source.

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { scenarioSchema } from '@quorate/core/experiments'

const path = fileURLToPath(new URL('../docs/scenario.schema.json', import.meta.url))
// Short lists on one line, as the formatter has them.
const json = JSON.stringify(scenarioSchema, null, 2).replace(
  /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
  (_, items: string) => `[${items.replace(/,\s+/g, ', ')}]`,
)
writeFileSync(path, `${json}\n`)
