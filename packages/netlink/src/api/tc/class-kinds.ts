// The kinds of qdiscs whose classes have options in the words of tc: a module for the reason that qdisc-kinds.ts gives.

export { hfscClass as hfsc } from './hfsc-words.js'
export { drrClass as drr, etsClass as ets, qfqClass as qfq } from './queue-words.js'
export { htbClass as htb } from './shaper-words.js'
