import { MAX_UPLOAD_BYTES } from '../link/protocol.js';
import { digest, Message, u32 } from '../link/record.js';

/** Records of the store. They use the encoding of messages but are never sent. */
export const ANNOUNCEMENT = new Message('ANNOUNCEMENT', 0, { length: u32(1, MAX_UPLOAD_BYTES), digest });
export const PAIR = new Message('PAIR', 0, { engineDigest: digest, modelDigest: digest });
