import { ct } from './action-ct-words.js'
import { csum, mpls, tunnelKey, vlan } from './action-header-words.js'
import { bpf, gact, mirred, sample, skbedit } from './action-packet-words.js'
import { pedit } from './action-pedit-words.js'
import { police } from './action-police-words.js'

/** The words of the options of actions, by kind. */
export const actionWords = {
  ...{ gact, mirred, skbedit, vlan, mpls, tunnel_key: tunnelKey, csum, ct, sample, police, pedit, bpf },
}
