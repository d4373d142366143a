import { constants } from '../../codec/index.js'

export { ILA_ATYPE, ILA_CSUM, ILA_DIR, ILA_HOOK } from '../../constants/index.js'

/** SEG6_LOCAL_ACTION_*, linux/seg6_local.h: action of a node at a segment */
export const SEG6_LOCAL_ACTION = constants(
  'SEG6_LOCAL_ACTION',
  {
    UNSPEC: 0,
    END: 1,
    END_X: 2,
    END_T: 3,
    END_DX2: 4,
    END_DX6: 5,
    END_DX4: 6,
    END_DT6: 7,
    END_DT4: 8,
    END_B6: 9,
    END_B6_ENCAP: 10,
    END_BM: 11,
    END_S: 12,
    END_AS: 13,
    END_AM: 14,
    END_BPF: 15,
    END_DT46: 16,
  },
  {
    ...{ END: 'End', END_X: 'End.X', END_T: 'End.T', END_DX2: 'End.DX2', END_DX6: 'End.DX6', END_DX4: 'End.DX4' },
    ...{ END_DT6: 'End.DT6', END_DT4: 'End.DT4', END_B6: 'End.B6', END_B6_ENCAP: 'End.B6.Encaps', END_BM: 'End.BM' },
    ...{ END_S: 'End.S', END_AS: 'End.AS', END_AM: 'End.AM', END_BPF: 'End.BPF', END_DT46: 'End.DT46' },
  },
)

/** SEG6_LOCAL_FLV_OP_*, linux/seg6_local.h: bit numbers in `operation` */
export const SEG6_LOCAL_FLV_OP = constants('SEG6_LOCAL_FLV_OP', { UNSPEC: 0, PSP: 1, USP: 2, USD: 3, NEXT_CSID: 4 })

/** IOAM6_IPTUNNEL_MODE_*, linux/ioam6_iptunnel.h */
export const IOAM6_IPTUNNEL_MODE = constants('IOAM6_IPTUNNEL_MODE', { INLINE: 1, ENCAP: 2, AUTO: 3 })
