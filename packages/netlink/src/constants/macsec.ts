import { constants, enumOf, special, u64, writtenAs } from '../codec/index.js'

/** MACSEC_CIPHER_ID_*, linux/if_macsec.h: bigints, as they have 64 bits. */
export const MACSEC_CIPHER_ID = constants(
  'MACSEC_CIPHER_ID',
  {
    GCM_AES_128: 0x0080c20001000001n,
    GCM_AES_256: 0x0080c20001000002n,
    GCM_AES_XPN_128: 0x0080c20001000003n,
    GCM_AES_XPN_256: 0x0080c20001000004n,
  },
  {
    ...{ GCM_AES_128: 'gcm-aes-128', GCM_AES_256: 'gcm-aes-256' },
    ...{ GCM_AES_XPN_128: 'gcm-aes-xpn-128', GCM_AES_XPN_256: 'gcm-aes-xpn-256' },
  },
)

/** MACSEC_VALIDATE_*, linux/if_link.h */
export const MACSEC_VALIDATE = constants('MACSEC_VALIDATE', { DISABLED: 0, CHECK: 1, STRICT: 2 })

/** MACSEC_OFFLOAD_*, linux/if_link.h */
export const MACSEC_OFFLOAD = constants('MACSEC_OFFLOAD', { OFF: 0, PHY: 1, MAC: 2 })

/** A cipher suite. MACSEC_DEFAULT_CIPHER_ID, which kernels report, is another number of GCM_AES_128. */
export const macsecCipherSuite = writtenAs(
  enumOf(u64, MACSEC_CIPHER_ID),
  special({ '36030996058996737': 'MACSEC_DEFAULT_CIPHER_ID' }),
)
