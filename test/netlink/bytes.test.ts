import { array, bytes, charArray, fixedBytes, flag, string, u16 } from '@netloom/netlink/codec'
import { vectors } from '../support/vectors.js'

const notBytes = [undefined, null, 'text', 5, {}, [1, 2], new ArrayBuffer(2)]
const notText = [undefined, null, 5, {}, Buffer.from('a'), 'with\0NUL']

vectors(bytes, {
  correct: [
    [Buffer.of(), ''],
    [Buffer.of(1, 2, 255), '0102ff'],
  ],
  encodes: [[new Uint8Array([1, 2]), '0102']],
  errValues: notBytes,
})

vectors(fixedBytes(2), {
  correct: [[Buffer.of(0x80, 0), '8000']],
  encodes: [[new Uint8Array([1, 2]), '0102']],
  errValues: [...notBytes, Buffer.of(1), Buffer.of(1, 2, 3)],
  errHex: [
    ['01', 'expected bytes(2) (2 bytes), got 1 byte'],
    ['010203', 'expected bytes(2) (2 bytes), got 3 bytes'],
  ],
})

vectors(string, {
  correct: [
    ['', '00'],
    ['eth0', '6574683000'],
    ['ü', 'c3bc00'],
  ],
  decodes: [
    ['', ''],
    ['65746830', 'eth0'], // some drivers omit the NUL
    ['657468300000', 'eth0'],
    ['6500746800', 'e'],
  ],
  errValues: notText,
})

vectors(charArray(4), {
  correct: [
    ['', '00000000'],
    ['lo', '6c6f0000'],
    ['eth', '65746800'],
    ['eth0', '65746830'], // no room for a NUL
  ],
  decodes: [['6c006f00', 'l']],
  errValues: [...notText, 'eth10', 'ü0ü'],
  errHex: [
    ['6c6f00', 'expected char[4] (4 bytes), got 3 bytes'],
    ['6c6f000000', 'expected char[4] (4 bytes), got 5 bytes'],
  ],
})

vectors(flag, {
  correct: [[true, '']],
  decodes: [
    ['01000000', true],
    ['00', true],
  ],
  errValues: [undefined, null, false, 1, 'true', {}],
})

vectors(array(u16), {
  correct: [
    [[], ''],
    [[1], { LE: '0100', BE: '0001' }],
    [[1, 0xfffe], { LE: '0100 feff', BE: '0001 fffe' }],
  ],
  errValues: [undefined, null, 1, 'ab', { 0: 1 }, [65536], ['1'], [1, undefined]],
  errHex: [
    ['01', 'expected u16[] (a multiple of 2 bytes), got 1 byte'],
    ['010203', 'expected u16[] (a multiple of 2 bytes), got 3 bytes'],
  ],
})
