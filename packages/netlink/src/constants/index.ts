export { CLOCK } from './clock.js'
export { ETH_P, PACKET } from './ethernet.js'
export { IPPROTO } from './ip.js'
export { MACSEC_CIPHER_ID } from './macsec.js'
