// Writes docs/scenario.schema.json, the JSON Schema of a scenario file, from its source.

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { scenarioSchema } from '@quorate/core/experiments'

const path = fileURLToPath(new URL('../docs/scenario.schema.json', import.meta.url))
writeFileSync(path, `${JSON.stringify(scenarioSchema, null, 2)}\n`)
