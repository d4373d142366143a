import { writeSync } from 'node:fs'
import { state } from './state.js'

// The memory goes on where it was: grown, moved and given back.
for (let value = 3000; value < 100_000; value++) state.list.push(value)
const isWhole = state.list.every((value, at) => value === at)
const list = isWhole ? state.list.length : 'broken'
const told = { list, ran: state.ran, env: process.env.HOST_RUN, itsPid: process.pid, random: Math.random() }
writeSync(1, Buffer.from(JSON.stringify(told)))
process.exitCode = 0
