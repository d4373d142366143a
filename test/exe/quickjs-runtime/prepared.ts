import { writeSync } from 'node:fs'
import { state } from './state.js'

// Continues with the memory of the build process: it grows, moves and is freed.
for (let value = 3000; value < 100_000; value++) state.list.push(value)
const isWhole = state.list.every((value, at) => value === at)
const list = isWhole ? state.list.length : 'broken'
const result = { list, ran: state.ran, env: process.env.TEST_RUN, itsPid: process.pid, random: Math.random() }
writeSync(1, Buffer.from(JSON.stringify(result)))
process.exitCode = 0
