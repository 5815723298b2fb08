// What only the simd-threads build exports, besides what all of them do (index.ts).

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
