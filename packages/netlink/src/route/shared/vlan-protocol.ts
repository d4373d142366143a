import { subset } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'

/** The EtherTypes of VLAN tags that the kernel supports: `eth_type_vlan()`, linux/if_vlan.h */
export const VLAN_PROTOCOL = subset(ETH_P, '8021Q', '8021AD')
