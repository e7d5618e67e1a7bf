/** What works in browsers: everything but files. */
export { messageOf, UserError } from './common/errors.js';
export { Random, type RandomState } from './common/random.js';
export { ATLAS_SIDE, type DataSet, type DrawingClass } from './data/drawings.js';
export { type GlyphOptions, glyphs } from './data/glyphs.js';
export type { LoadProgress } from './data/progress.js';
export { holdOut, type Split, type SplitKind, splitClasses } from './data/splits.js';
export { MANNCell, type MANNCellOptions } from './engine/cell.js';
export { createEngine, type EngineOptions, fastestKind } from './engine/create.js';
export type {
  Batch,
  CellState,
  Engine,
  EngineKind,
  Forward,
  OptimizerState,
  StepResult,
  Targets,
  TrainStepOptions,
  Views,
} from './engine/engine.js';
export { describeGpu, type Gpu } from './engine/webgpu/describe.js';
export type { Canvas, Drawing, Pixels } from './learner/drawing.js';
export { type Example, type Inspection, Learner, type LearnerOptions } from './learner/learner.js';
export { KNOWN_FROM, type Prediction } from './learner/prediction.js';
export type { Prepared } from './learner/prepare.js';
export type { Recalled } from './learner/provenance.js';
export type { SavedLearner } from './learner/saved.js';
export type { Weights } from './learner/weights.js';
export { type ModelConfig, type ModelOptions, modelConfig } from './model/config.js';
export { modelPresets } from './model/presets.js';
export { type Shapes, shapesOf } from './model/shapes.js';
export {
  type Floats,
  initialTensors,
  type Tensor,
  type TensorSpec,
  type Tensors,
  tensorSpecs,
} from './model/tensors.js';
export { parseCheckpoint, serialiseCheckpoint } from './runs/checkpoint.js';
export { parseSafetensors, serialiseSafetensors, type TensorFile } from './runs/safetensors.js';
export {
  type AutoencoderOptions,
  type Encoder,
  trainAutoencoder,
  variedDrawings,
} from './tasks/classification/baselines/autoencoder.js';
export {
  type DrawnEpisodes,
  drawings,
  type NeighbourOptions,
  nearestNeighbours,
  type VectorsOf,
} from './tasks/classification/baselines/nearest-neighbours.js';
export {
  accuracyByInstance,
  ceiling,
  chance,
  countEpisodes,
  type LabelledEpisodes,
  TABLE_INSTANCES,
} from './tasks/classification/by-instance.js';
export {
  type DrawingRecipe,
  type DrawingsOptions,
  type DrawingsTask,
  drawingsTask,
  type LabelKind,
  testEpisodes,
  trainingEpisodes,
} from './tasks/classification/drawings.js';
export {
  type Augment,
  type EpisodeBatch,
  type EpisodeOptions,
  EpisodeSampler,
  type Sampler,
} from './tasks/classification/episodes.js';
export { logitsOf } from './tasks/classification/predicted.js';
export type { Spelling } from './tasks/classification/string-labels.js';
export { copyTask } from './tasks/copy/copy.js';
export type { CopyBatch } from './tasks/copy/copy-sampler.js';
export type { FunctionBatch } from './tasks/regression/functions.js';
export {
  type FunctionKind,
  type RegressionOptions,
  regressionTask,
} from './tasks/regression/regression.js';
export {
  type Column,
  type Counts,
  type Measure,
  type Scores,
  scoresOf,
  sumCounts,
} from './tasks/scores.js';
export type {
  DatasetRecord,
  EpisodeRecipe,
  EpisodeSource,
  EpisodeTask,
  Grading,
  Sampled,
  Sampling,
  Task,
  TestEpisodes,
} from './tasks/task.js';
export { type EvaluateOptions, type Evaluation, evaluate } from './training/evaluation/evaluate.js';
export type { Familiarity } from './training/evaluation/familiarity.js';
export type { KeptState } from './training/kept-memory.js';
export type { Position, Stage } from './training/recipe/curriculum.js';
export {
  makeRecipe,
  type Recipe,
  type RecipeOptions,
  recipePresets,
} from './training/recipe/recipe.js';
export type { StatisticsState } from './training/running-statistics.js';
export type { Checkpoint, ResumableCheckpoint, TrainingState } from './training/state.js';
export {
  type EvaluationLine,
  type Progress,
  type TrainingRow,
  type TrainOptions,
  type TrainResult,
  train,
} from './training/trainer.js';
