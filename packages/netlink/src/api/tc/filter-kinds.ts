// The kinds of filters whose options can be written in the words of tc: a module for the reason that qdisc-kinds.ts gives.

export { basic } from './ematch-words.js'
export { bpf, fw, matchall, route } from './filter-words.js'
export { flower } from './flower-words.js'
export { u32 } from './u32-words.js'
