// Makes a release in the clone that it is part of: see again.mjs.
import { readFacts } from './facts.mjs'
import { make } from './make.mjs'

await make(readFacts(JSON.parse(process.argv[2])))
