// The exports of the simd-threads build that other builds do not have; the common ones are in index.ts.

export {
  batchImages,
  callTeam,
  imageAddress,
  logitsAddress,
  restTeam,
  runImages,
  setThreads,
  ticketAddress,
  work,
} from './team';
