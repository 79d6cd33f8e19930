/**
 * The bytes of an ONNX graph of one operator, y = relu(x) with one float each: enough to start a session, and with it the driver of an
 * execution provider. Protocol buffers by hand; the numbers are those of onnx.proto.
 */
export function smallestGraph(): Uint8Array {
  const node = message(text(1, 'x'), text(2, 'y'), text(4, 'Relu'));
  const graph = message(field(1, node), text(2, 'smallest'), field(11, floatValue('x')), field(12, floatValue('y')));
  const operators = message(text(1, ''), number(2, 13));
  return message(number(1, 8), field(7, graph), field(8, operators));
}

/** ValueInfoProto: a name and the type 'tensor of one float32'. */
function floatValue(name: string): Uint8Array {
  const shape = message(field(1, number(1, 1)));
  const tensor = message(number(1, 1), field(2, shape));
  return message(text(1, name), field(2, field(1, tensor)));
}

const message = (...fields: Uint8Array[]): Uint8Array => Buffer.concat(fields);
/** All numbers and lengths here are below 128: one byte each. */
const number = (id: number, value: number): Uint8Array => Uint8Array.of(id << 3, value);
const field = (id: number, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of((id << 3) | 2, bytes.length), bytes]);
const text = (id: number, value: string): Uint8Array => field(id, Buffer.from(value, 'utf8'));
