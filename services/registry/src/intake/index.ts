export { IntakeBatch } from './intake-batch.entity';
export { Newcomer } from './newcomer.entity';
export { IntakeBatchResolver, NewcomerResolver, HandoverResolver } from './intake.resolver';
export { intakeUpload } from './intake-upload.route';
export { intakeDownload } from './intake-download.route';
export { pupilFileUpload } from './pupil-file.route';
export { intakeSetting, type IntakeSetting } from './intake-setting';
export { takeIn, type IntakeOutcome } from './take-in';
