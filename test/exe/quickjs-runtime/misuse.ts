import { writeSync } from 'node:fs'
import { misuse } from './libc.js'

writeSync(1, Buffer.from(JSON.stringify(Object.entries(misuse).map(([name, call]) => [name, call()]))))
process.exitCode = 0
