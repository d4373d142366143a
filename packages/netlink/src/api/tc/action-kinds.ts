// The kinds of actions whose options can be written in the words of tc: a module for the reason that qdisc-kinds.ts gives.

export { ct } from './action-ct-words.js'
export { csum, mpls, tunnelKey as tunnel_key, vlan } from './action-header-words.js'
export { bpf, gact, mirred, sample, skbedit } from './action-packet-words.js'
export { pedit } from './action-pedit-words.js'
export { police } from './action-police-words.js'
